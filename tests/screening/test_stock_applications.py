"""Applications as Debian ships them, as they are served before or without a database: nothing grave but what is true of them."""

import asyncio
import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from fenghuo.base.common import clock
from fenghuo.see.screening.checks.base import Severity, VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.content.products import sightings
from fenghuo.see.screening.facts import CheckClass, Failure, Page, Target, needs
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.screen import Means, Screened, screen
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Contact
from fenghuo.see.screening.permit import Permit
from tests.county.servers import ROOT, servers, wait_for
from tests.county.web import NGINX, PHP, start_php

pytestmark = pytest.mark.service

APPS = ROOT / "build" / "apps"
SHARE = "usr/share"
ENOUGH = 10
_LOGIN = "it is served over http here and asks for a password"


@dataclass(frozen=True)
class App:
    """An application: its package, the folder that is served, the page that people open, and what is grave and true of it → why."""

    package: str
    root: str
    home: str = "/"
    by_construction: Mapping[str, str] = field(default_factory=dict)


FORM = {"insecure-form/page-over-http": _LOGIN}
STOCK = (
    App("adminer", f"{SHARE}/adminer", "/adminer.php", FORM),
    App("phpmyadmin", f"{SHARE}/phpmyadmin", by_construction=FORM),
    App("dokuwiki", f"{SHARE}/dokuwiki", "/doku.php"),
    App("mediawiki", f"{SHARE}/mediawiki"),
    App("mediawiki's set-up", f"{SHARE}/mediawiki/mw-config"),
    App("wordpress", f"{SHARE}/wordpress"),
    App("wordpress's read-me", f"{SHARE}/wordpress", "/readme.html"),
    App("cacti", f"{SHARE}/cacti/site"),
    App("phpldapadmin", f"{SHARE}/phpldapadmin/htdocs"),
    App("zabbix-frontend-php", f"{SHARE}/zabbix", "/setup.php"),
    App("postfixadmin", f"{SHARE}/postfixadmin/public", "/setup.php"),
    App("roundcube-core", f"{SHARE}/roundcube"),
    App("icingaweb2", f"{SHARE}/icingaweb2/public"),
    App("shaarli", f"{SHARE}/shaarli"),
    App("simplesamlphp", f"{SHARE}/simplesamlphp/www"),
    App("tt-rss", f"{SHARE}/tt-rss/www"),
    App("phpmyadmin's manual", f"{SHARE}/doc/phpmyadmin/html"),
)
"""Written down before the run. Without a database some only say so; that is what a county's forgotten installation looks like."""


class Kept:
    """A contact log in memory."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []

    def write(self, contact: Contact) -> None:
        self.contacts.append(contact)


def address_of(number: int) -> str:
    return f"127.0.2.{number + 1}"


def configuration(folder: Path, socket: Path) -> Path:
    """nginx with a server for each application."""
    php = folder / "php.conf"
    php.write_text(PHP.format(socket=socket))
    texts = [
        f"server {{ listen {address_of(number)}:80; root {APPS / app.root}; index index.php index.html;"
        f" location ~ \\.php$ {{ try_files $uri =404; include {php}; }} }}\n"
        for number, app in enumerate(STOCK)
    ]
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, servers="".join(texts)))
    return file


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    subprocess.run([ROOT / "tools" / "fetch_apps.sh"], check=True)
    folder = tmp_path_factory.mktemp("apps")
    (folder / "sessions").mkdir()
    with servers(folder) as running:
        settings = [f"include_path={APPS}/usr/share/php:.", f"session.save_path={folder}/sessions", "display_errors=0"]
        words = [word for setting in settings for word in ("-d", setting)]
        socket = start_php(running, folder, *words, children=3)
        running.start("nginx", "-c", str(configuration(folder, socket)))
        for number in range(len(STOCK)):
            wait_for(address_of(number), 80)
        yield


@pytest.fixture(scope="module")
def screened(served: None) -> dict[str, Screened]:
    """Every application screened by every check, at one request a second each."""
    now = clock.now()
    means = Means(Limiter(), Kept(), Scanner("wangxin@fengsui.example"), clock.now)
    classes = frozenset({CheckClass.VISIT, CheckClass.CONTENT})

    async def one(number: int, app: App) -> Screened:
        address = address_of(number)
        permit = Permit(
            "W-1",
            frozenset({address}),
            classes,
            now - timedelta(days=1),
            now + timedelta(days=1),
            "王主任",
            frozenset({address}),
        )
        target = Target(address, "website", address, f"http://{address}{app.home}", "烽燧县信息中心", "department")
        return await screen(target, permit, all_checks().values(), means)

    async def every() -> list[Screened]:
        return list(await asyncio.gather(*(one(number, app) for number, app in enumerate(STOCK))))

    return {app.package: found for app, found in zip(STOCK, asyncio.run(every()), strict=True)}


@pytest.mark.parametrize("app", STOCK, ids=lambda app: app.package)
def test_nothing_is_grave_but_what_is_true(app: App, screened: dict[str, Screened]) -> None:
    grave = {
        f"{verdict.check}/{found.outcome}": f"{found.locus}: {found.evidence}"
        for verdict in screened[app.package].verdicts
        for found in verdict.findings
        if all_checks()[verdict.check].outcome(found.outcome).severity in {Severity.CRITICAL, Severity.HIGH}
    }
    assert {outcome: said for outcome, said in grave.items() if outcome not in app.by_construction} == {}


@pytest.mark.parametrize("app", [a for a in STOCK if a.by_construction], ids=lambda app: app.package)
def test_what_is_true_is_said(app: App, screened: dict[str, Screened]) -> None:
    told = {f"{v.check}/{f.outcome}" for v in screened[app.package].verdicts for f in v.findings}
    assert set(app.by_construction) <= told


def home_of(found: Screened) -> Page | Failure:
    home: Page | Failure = found.facts.find(needs.HOME)
    return home


def test_enough_of_them_serve_something(screened: dict[str, Screened]) -> None:
    homes = {name: home_of(found) for name, found in screened.items()}
    serving = [name for name, home in homes.items() if isinstance(home, Page) and home.status == 200 and home.body]
    assert len(serving) >= ENOUGH, {n: (h.status, h.body[:200]) if isinstance(h, Page) else h for n, h in homes.items()}


def test_what_only_fails_is_not_passed(screened: dict[str, Screened]) -> None:
    for name, found in screened.items():
        home = home_of(found)
        if not isinstance(home, Page) or home.failure is not None:
            kinds = {v.check: v.kind for v in found.verdicts if needs.HOME in all_checks()[v.check].needs}
            assert VerdictKind.PASS not in kinds.values(), (name, kinds)


ICONS = {
    "phpmyadmin": f"{SHARE}/phpmyadmin/favicon.ico",
    "roundcube": f"{SHARE}/roundcube/skins/elastic/images/favicon.ico",
    "zabbix": f"{SHARE}/zabbix/favicon.ico",
    "dokuwiki": "var/lib/dokuwiki/lib/tpl/dokuwiki/images/favicon.ico",
}


@pytest.mark.parametrize("product", sorted(ICONS))
def test_the_icons_of_the_pack_are_those_of_the_packages(product: str) -> None:
    digest = hashlib.sha256((APPS / ICONS[product]).read_bytes()).hexdigest()
    assert [one.product.id for one in sightings({"icon": [("", digest)]})] == [product]
