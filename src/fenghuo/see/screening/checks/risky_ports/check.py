"""Ports of management and data services that anybody on the Internet can reach."""

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.reachable import ports_of
from fenghuo.see.screening.checks.shown import shown
from fenghuo.see.screening.content import registry
from fenghuo.see.screening.facts import CheckClass, Facts
from fenghuo.see.screening.facts.needs import PORTS
from fenghuo.see.screening.facts.network import Port

_ID = "risky-ports"


def _judge(facts: Facts) -> Judgement:
    found = []
    for port in ports_of(facts):
        outcome, what = _kind(port)
        if port.state == "open" and outcome:
            said = f": {shown(port.banner)}" if port.banner else ""
            found.append(Finding(outcome, f"tcp/{port.number}", f"{facts.target.host}:{port.number} {what}{said}"))
    return found


def _kind(port: Port) -> tuple[str, str]:
    """The outcome and the words for a port, by what it says of itself, else by its number; "" where it may be open."""
    outcome, zh, en = _listed().get(port.number, ("", "", ""))
    for begins, stated in _banners():
        if port.banner.startswith(begins):
            return stated, f"{zh} / {en}" if stated == outcome else ""
    return outcome, f"{zh} / {en}" if outcome else ""


@registry.cached()
def _listed() -> dict[int, tuple[str, str, str]]:
    ports = registry.file(_ID, "ports.toml")["ports"]
    return {port["number"]: (port["outcome"], port["zh"], port["en"]) for port in ports}


@registry.cached()
def _banners() -> list[tuple[bytes, str]]:
    return [(b["begins"].encode(), b["outcome"]) for b in registry.file(_ID, "ports.toml")["banners"]]


CHECK = Check(
    id=_ID,
    number=15,
    version=1,
    check_class=CheckClass.PORTS,
    needs=(PORTS,),
    outcomes=(
        Outcome("remote-desktop", Severity.HIGH, 7),
        Outcome("file-sharing", Severity.HIGH, 7),
        Outcome("telnet", Severity.HIGH, 7),
        Outcome("database", Severity.HIGH, 7),
        Outcome("management", Severity.HIGH, 7),
        Outcome("middleware", Severity.HIGH, 7),
        Outcome("ssh", Severity.MEDIUM, 30),
        Outcome("ftp", Severity.MEDIUM, 30),
        Outcome("rsync", Severity.MEDIUM, 30),
        Outcome("snmp", Severity.MEDIUM, 30),
    ),
    rules=("csl-21", "govapp-19", "gb22239"),
    judge=_judge,
)
