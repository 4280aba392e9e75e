"""The county's names: one BIND that is authoritative for everything there is, so that no question leaves the machine."""

from collections.abc import Sequence
from pathlib import Path

from tests.county.servers import Servers, wait_for
from tests.county.sites import NAME_SERVER, Site

_OPEN = "kaifang.example"
_ELSEWHERE = "192.0.2.10"
OUTSIDE = ("beian.miit.gov.cn", "zfwzzc.www.gov.cn", "beian.mps.gov.cn", "bszs.conac.cn")
"""Names of others to which pages refer; looked up, never contacted."""
_HEAD = "$TTL 300\n@ IN SOA ns.{zone} hostmaster.{zone} 1 3600 600 86400 300\n@ IN NS {server}\n"
_CONF = """options {{
  directory "{folder}"; listen-on port 53 {{ {server}; }}; listen-on-v6 {{ none; }}; recursion no;
  allow-transfer {{ none; }}; pid-file none; session-keyfile none; notify no; dnssec-validation no; empty-zones-enable no;
  allow-query {{ any; }}; allow-query-cache {{ none; }};
}};
controls {{ }};
{zones}
"""


def _zone(name: str, transfer: str = "none") -> str:
    file = name.strip(".") or "root"
    return f'zone "{name}" {{ type primary; file "{file}.zone"; allow-transfer {{ {transfer}; }}; }};\n'


def _addresses(sites: Sequence[Site]) -> str:
    lines = [
        f"{site.host}. IN A {site.meaning}" for site in sites if site.host and site.meaning and not _is_special(site)
    ]
    mail = [site for site in sites if site.kind == "mail-domain"]
    lines += [f"{site.host}. IN MX 10 {site.host}." for site in mail]
    domains = {site.host.removeprefix("www.") for site in sites if site.host and not _is_special(site)}
    policies = {"spf.example": "v=spf1 +all"}
    lines += [f'{name}. IN TXT "{policies.get(name, "v=spf1 mx -all")}"' for name in sorted(domains)]
    lines += [f'_dmarc.{name}. IN TXT "v=DMARC1; p=reject"' for name in sorted(domains)]
    return "\n".join(lines) + f"\nbet-8888.example. IN A {_ELSEWHERE}\nns.example. IN A {NAME_SERVER}\n"


def _is_special(site: Site) -> bool:
    return site.host == _OPEN or "dangling-names/alias" in site.planted


def start_names(running: Servers, folder: Path, sites: Sequence[Site]) -> Path:
    """Start BIND; gives a resolv.conf that names it."""
    place = folder / "names"
    place.mkdir()
    opened = next(site for site in sites if site.host == _OPEN)
    alias = next(site for site in sites if "dangling-names/alias" in site.planted)
    outside = "".join(f"{name}. IN A {_ELSEWHERE}\n" for name in OUTSIDE)
    zones = {
        ".": _HEAD.format(zone="", server="ns.example.") + f"ns.example. IN A {NAME_SERVER}\n",
        "example": _HEAD.format(zone="example.", server="ns.example.")
        + _addresses(sites)
        + f"{alias.host}. IN CNAME yun.tuiding.example.\n",
        "cn": _HEAD.format(zone="cn.", server="ns.example.") + outside,
        _OPEN: _HEAD.format(zone=f"{_OPEN}.", server=f"{_OPEN}.")
        + f"@ IN A {opened.address}\n* IN A {opened.address}\n"
        + "".join(f"{name} IN A {opened.address}\n" for name in ("oa", "mail", "vpn", "ceshi")),
    }
    for name, text in zones.items():
        (place / f"{name.strip('.') or 'root'}.zone").write_text(text)
    stated = "".join(_zone(name, "any" if name == _OPEN else "none") for name in zones)
    configuration = place / "named.conf"
    configuration.write_text(_CONF.format(folder=place, server=NAME_SERVER, zones=stated))
    running.start("named", "-g", "-c", str(configuration))
    wait_for(NAME_SERVER, 53)
    resolv = folder / "resolv.conf"
    resolv.write_text(f"nameserver {NAME_SERVER}\n")
    return resolv
