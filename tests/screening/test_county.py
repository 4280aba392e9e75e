"""A whole county of real servers, screened as a laptop and as the server do it: what is planted is found, nothing else grave is."""

import asyncio
import json
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fenghuo.base.audit import COMMAND_LINE
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset, save_unit
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.workers.screen_store import Due, Store
from fenghuo.see.screening.actions import authorise
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import CheckClass, Why
from fenghuo.see.screening.fetch.collectors import COLLECTORS
from fenghuo.see.screening.fetch.limiter import Limiter
from fenghuo.see.screening.fetch.screen import Means, Screened, screen
from fenghuo.see.screening.fetch.trust import system_roots
from fenghuo.see.screening.fetch.web import Scanner
from fenghuo.see.screening.fetch.wire import Contact
from fenghuo.see.screening.models import StoredFinding
from tests.county.county import County, county, write_targets
from tests.county.laptop import resolve, resolver_module
from tests.county.servers import ROOT, python
from tests.county.sites import DECOYS, NAME_SERVER, PAGES, SITES, UNREACHABLE, Site

pytestmark = pytest.mark.service

GRAVE = {"critical", "high"}
AT_MOST_S = 400
BY_ID = {site.asset: site for site in SITES}
NOBODY_KNOWS = {Why.STILL_LEARNING, Why.NOT_COLLECTED}
"""A first visit has learned nothing; and for names below .example there is no WHOIS, nor name servers of their own."""


@dataclass
class Result:
    """The files of a run, by asset."""

    findings: dict[str, list[dict[str, Any]]]
    verdicts: dict[str, dict[str, dict[str, Any]]]
    contacts: list[dict[str, Any]]
    report: str

    def outcomes(self, site: Site, *severities: str) -> set[str]:
        """What was found at a site, as "check/outcome"; of these severities only, if any are given."""
        chosen = [f for f in self.findings[site.asset] if not severities or f["severity"] in severities]
        return {f"{f['check']}/{f['outcome']}" for f in chosen}


@dataclass
class Kept:
    """A contact log in memory."""

    contacts: list[Contact] = field(default_factory=list)

    def write(self, contact: Contact) -> None:
        self.contacts.append(contact)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read(folder: Path) -> Result:
    findings: dict[str, list[dict[str, Any]]] = defaultdict(list)
    verdicts: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for found in lines(folder / "findings.jsonl"):
        findings[found["asset"]].append(found)
    for verdict in lines(folder / "verdicts.jsonl"):
        assert verdict["check"] not in verdicts[verdict["asset"]], "one verdict for each check"
        verdicts[verdict["asset"]][verdict["check"]] = verdict
    report = (folder / "report.html").read_text(encoding="utf-8")
    return Result(findings, verdicts, lines(folder / "contacts.jsonl"), report)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with county(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def laptop_run(running: County) -> Iterator[Callable[[], Result]]:
    """`fenghuo screen` over the county, begun at once; the value waits for its end."""
    targets, out = running.folder / "targets.csv", running.folder / "out"
    write_targets(targets)
    command = [python(), "-m", "tests.county.laptop", str(running.resolv), "screen", str(targets)]
    environment = {**os.environ, "SSL_CERT_FILE": str(running.roots), "FENGHUO_LANG": "en"}
    environment["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    process = subprocess.Popen(
        [*command, "--authorised-by", "王主任", "--contact", "wangxin@fengsui.example", "--out", str(out)],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )

    @cache
    def finished() -> Result:
        said = process.communicate(timeout=AT_MOST_S)[1]
        assert process.returncode == 0, said.decode(errors="replace")[-3000:]
        return read(out)

    yield finished
    if process.poll() is None:
        process.terminate()
        process.wait(10)


def register(sites: tuple[Site, ...]) -> None:
    """The county in the register, as its office enters it. Units have their name for an id, as a laptop's list knows them."""
    now = clock.now()
    for site in sites:
        unit = save_unit(COMMAND_LINE, Unit(id=site.unit, code=f"u{site.number}", name=site.unit, kind="department"))
        asset = save_asset(COMMAND_LINE, Asset(unit=unit, name=site.what[:100], value=site.asset, kind=site.kind))
        classes = [c.value for c in CheckClass] if site.classes == "all" else site.classes.split()
        over = site.until < f"{now:%Y-%m-%d}"
        given = {
            "classes": classes,
            "begins": now - timedelta(days=400),
            "ends": now - timedelta(days=300) if over else now + timedelta(days=30),
            "given_by": "王主任",
            "addresses": site.pinned.split(),
        }
        authorise(COMMAND_LINE, asset, given)


async def visit_all(due: list[Due], means: Means) -> list[tuple[Due, Screened]]:
    async def one(row: Due) -> tuple[Due, Screened]:
        return row, await screen(row.target, row.permit, row.checks, means, row.stored)

    return list(await asyncio.gather(*(one(row) for row in due)))


def server_run(running: County, patch: pytest.MonkeyPatch) -> tuple[dict[str, set[str]], list[Contact]]:
    """The county by the register, permits and tables of the server: ids of findings by asset, and every contact."""
    patch.setattr(resolver_module(), "_CONFIGURATION", running.resolv)
    patch.setenv("SSL_CERT_FILE", str(running.roots))
    system_roots.cache_clear()
    register(SITES)
    store, kept = Store(), Kept()
    store.keep_house(clock.now())
    due = store.due(clock.now(), len(SITES), frozenset())
    scanner = Scanner("wangxin@fengsui.example")
    means = Means(Limiter(), kept, scanner, clock.now, COLLECTORS, resolve)
    for row, screened in asyncio.run(visit_all(due, means)):
        store.record(row.asset, screened)
    system_roots.cache_clear()
    ids: dict[str, set[str]] = defaultdict(set)
    for found in StoredFinding.objects.select_related("asset"):
        ids[found.asset.value].add(found.id)
    return ids, kept.contacts


@pytest.fixture(scope="module")
def result(laptop_run: Callable[[], Result]) -> Result:
    """The laptop's files."""
    return laptop_run()


@pytest.mark.django_db
def test_the_servers_path_finds_the_same(
    running: County, laptop_run: Callable[[], Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acceptance 8: the same findings by the same ids. It is the first test, so that both runs go on at the same time."""
    ids, contacts = server_run(running, monkeypatch)
    result = laptop_run()
    differing = {}
    for site in SITES:
        told = {found["id"]: (found["check"], found["locus"]) for found in result.findings[site.asset]}
        if set(told) != ids[site.asset]:
            differing[site.asset] = ([told[i] for i in set(told) - ids[site.asset]], len(ids[site.asset] - set(told)))
    assert differing == {}
    only_the_county([contact.as_line() for contact in contacts])


def only_the_county(contacts: Iterable[dict[str, Any]]) -> None:
    """Nobody but the county and its name server was contacted, and nobody where that was not allowed."""
    gone = {site.address for site in UNREACHABLE if site.number > 101}
    allowed = {NAME_SERVER, "", *(site.address for site in SITES)} - gone
    for contact in contacts:
        assert contact["address"] in allowed, contact
        if contact["address"] in {NAME_SERVER, ""} and contact["check_class"] != CheckClass.NAMES:
            assert (contact["check_class"], contact["port"]) == (CheckClass.LOOKUP, 53), contact


def test_the_county_plants_faults_of_many_checks() -> None:
    planted = {fault for site in SITES for fault in site.planted}
    for fault in planted | {fault for site in SITES for fault in site.by_construction}:
        check, _, outcome = fault.partition("/")
        assert all_checks()[check].outcome(outcome)
    assert len(SITES) >= 30
    assert len({fault.partition("/")[0] for fault in planted}) >= 28


@pytest.mark.parametrize("site", [site for site in SITES if site.planted], ids=lambda site: site.what)
def test_every_planted_fault_is_found(site: Site, result: Result) -> None:
    missed = set(site.planted) - result.outcomes(site)
    assert not missed, {fault: result.verdicts[site.asset].get(fault.partition("/")[0]) for fault in missed}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.what)
def test_nothing_else_is_grave(site: Site, result: Result) -> None:
    stated = {*site.planted, *site.by_construction}
    extra = result.outcomes(site, *GRAVE) - stated
    assert not extra, [f for f in result.findings[site.asset] if f"{f['check']}/{f['outcome']}" in extra]


def looks_at_pages(check: str) -> bool:
    made = all_checks()[check]
    return bool(made.probes) or any(need.http for need in made.needs)


@pytest.mark.parametrize("site", [site for site in SITES if site.untested], ids=lambda site: site.what)
def test_what_could_not_be_seen_is_never_passed(site: Site, result: Result) -> None:
    verdicts = result.verdicts[site.asset]
    chosen = [c for c in verdicts if looks_at_pages(c)] if PAGES in site.untested else list(site.untested)
    kinds = {check: verdicts[check]["verdict"] for check in chosen}
    allowed = {"could-not-test", "not-applicable"}
    assert set(kinds.values()) <= allowed, kinds
    assert all(v["reason"] for v in verdicts.values() if v["verdict"] == "could-not-test")
    assert "could-not-test" in kinds.values()


@pytest.mark.parametrize("site", [s for s in SITES if not s.untested], ids=lambda site: site.what)
def test_what_can_be_seen_is_judged(site: Site, result: Result) -> None:
    unseen = {
        c: (v["reason"], v["detail"])
        for c, v in result.verdicts[site.asset].items()
        if v["verdict"] == "could-not-test"
    }
    assert {check: said for check, said in unseen.items() if said[0] not in NOBODY_KNOWS} == {}


def test_the_model_site_lacks_only_what_it_was_not_given(result: Result) -> None:
    site = next(site for site in SITES if site.what == "as it should be")
    assert result.outcomes(site) == {
        "dnssec-caa/no-caa",
        "dnssec-caa/unsigned",
        "domain-suffix/organs",
        "ipv6/no-address",
    }


def test_nothing_is_contacted_outside_the_register(result: Result) -> None:
    assert len(result.contacts) > 50 * len(SITES)
    only_the_county(result.contacts)


def test_no_site_is_asked_more_than_the_budget_allows(result: Result) -> None:
    spent = Counter((c["host"], str(c["what"]).partition(" ")[0]) for c in result.contacts)
    for site in SITES:
        assert spent[site.asset, "GET"] <= 2 * 60
        assert spent[site.asset, "tls"] <= 12


def test_the_report_names_every_site(result: Result) -> None:
    assert [site.asset for site in SITES if f">{site.asset}<" not in result.report] == []


def test_there_are_decoys_of_every_kind() -> None:
    assert len(DECOYS) >= 10
