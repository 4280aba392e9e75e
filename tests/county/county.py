"""The county as a whole: everything is started by the block and ended with it; root, since the ports are the usual ones."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.county.certificates import Authority
from tests.county.servers import Servers, servers
from tests.county.services import start_service
from tests.county.sites import SITES, Site
from tests.county.web import start_apache, start_behaviours, start_lighttpd, start_nginx
from tests.county.zones import start_names


@dataclass(frozen=True)
class County:
    """A running county: where its files are, the roots it trusts and the name server that it uses."""

    folder: Path
    roots: Path
    resolv: Path
    running: Servers

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every site."""
        return SITES


@contextmanager
def county(folder: Path) -> Iterator[County]:
    """Start every server of the county in a folder of its own."""
    with servers(folder) as running:
        authority = Authority(folder)
        start_nginx(running, folder, [site for site in SITES if site.server == "nginx"], authority)
        for site in SITES:
            if site.server == "apache2":
                start_apache(running, folder, site)
            elif site.server == "lighttpd":
                start_lighttpd(running, folder, site)
            if site.service:
                start_service(running, folder, site, authority)
        start_behaviours(running, SITES)
        resolv = start_names(running, folder, SITES)
        yield County(folder, folder / "root.pem", resolv, running)


def write_targets(path: Path, sites: tuple[Site, ...] = SITES) -> None:
    """The county's register as a list for `fenghuo screen`."""
    heading = ["unit", "name", "url", "addresses", "classes", "from", "until", "kind", "unit_kind"]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(heading)
        for site in sites:
            cells = [site.unit, site.what, site.asset, site.pinned, site.classes, "2026-01-01", site.until]
            rows.writerow([*cells, site.kind, "department"])
