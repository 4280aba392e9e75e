"""Judging stored facts of many sites anew after a change of content: how long it takes, without a single contact.

    python bench/rejudge.py [SITES]

Each site has what a daily visit stores: a home page of some 40 kB, ten further pages, six scripts of 90 kB, an answer to a made-up path.
Every tenth runs a console with a version that the new content calls exploited; the others change nothing.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fenghuo.see.screening.facts import Facts, Page, Target, needs
from fenghuo.see.screening.facts.site import Pages

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
GOAL_S = 10.0
VERSIONS = ("known-exploited", "end-of-life", "script-libraries")
_FILLER = "县政务公开通知公告办事指南教育招生防汛安全生产乡村振兴"


def main() -> int:
    """Build, change the content, judge anew, print; exit code 1 where the goal is missed."""
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = Path(tempfile.mkdtemp(prefix="fenghuo-bench-"))
    os.environ["FENGHUO_DATA"] = str(folder)
    try:
        return measure(folder, sites)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, sites: int) -> int:
    """The bench itself, in a data directory of its own."""
    from fenghuo.base.common.django_setup import migrate, setup

    setup(folder)
    migrate()
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.screening import rejudge
    from fenghuo.see.screening.content import actions, registry

    registry.use(folder / "content")
    stored = build(sites)
    rejudge.note_judged(folder / "content")
    actions.import_public(COMMAND_LINE, kev_file(folder), None, nvd_file(folder))
    begun, used = time.perf_counter(), time.process_time()
    packs = rejudge.changed_packs(folder / "content")
    done = rejudge.rejudge(rejudge.sites(), rejudge.checks_of(packs))
    one_pack, one_pack_cpu = time.perf_counter() - begun, time.process_time() - used
    begun = time.perf_counter()
    rejudge.rejudge(rejudge.sites(), rejudge.checks_of(VERSIONS))
    all_versions = time.perf_counter() - begun
    result = {
        "sites": done.sites,
        "stored_mb": round(stored / 1e6, 1),
        "raised": len(done.raised),
        "one_pack_s": round(one_pack, 2),
        "one_pack_cpu_s": round(one_pack_cpu, 2),
        "all_packs_of_versions_s": round(all_versions, 2),
        "goal_s": GOAL_S,
    }
    print(json.dumps(result))
    return 0 if one_pack <= GOAL_S and len(done.raised) == (sites + 9) // 10 else 1


def build(sites: int) -> int:
    """Register sites with stored facts and the verdicts that they had; bytes of the facts before they are compressed."""
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.actions import save_asset, save_unit
    from fenghuo.base.units.models import Asset, Unit
    from fenghuo.see.screening import ledger
    from fenghuo.see.screening.facts.stored import to_json
    from fenghuo.see.screening.fetch.screen import judge_all
    from fenghuo.see.screening.register import target_of
    from fenghuo.see.screening.rejudge import checks_of

    unit = save_unit(COMMAND_LINE, Unit(code="u", name="烽燧县教育局"))
    checks, stored = checks_of(VERSIONS), 0
    for number in range(sites):
        asset = save_asset(COMMAND_LINE, Asset(unit=unit, name=f"网站{number}", value=f"www.s{number}.example"))
        facts = facts_of(number, target_of(asset, frozenset()))
        stored += len(to_json(facts))
        ledger.record_visit(asset, judge_all(checks, facts), facts)
    return stored


def facts_of(number: int, target: Target) -> Facts:
    """What a visit to site `number` brought."""
    chance, site = random.Random(number), target.url
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx/1.29.3"), ("X-Powered-By", "PHP/8.4.14"))
    zabbix = (*headers, ("Set-Cookie", "zbx_session=e; secure")) if number % 10 == 0 else headers

    def page(path: str, status: int = 200) -> Page:
        rows = "".join(
            f'<li><a href="/n/{chance.randrange(10**6)}.html">{"".join(chance.choices(_FILLER, k=18))}</a><i>11-2{i % 6}</i></li>'
            for i in range(300)
        )
        console = '<script src="jsLoader.php?ver=7.0.20"></script>' if number % 10 == 0 else ""
        head = f'<script src="/js/s0.js"></script>{console}'
        body = f"<html><head><title>烽燧县教育局</title>{head}</head><body><ul>{rows}</ul></body></html>"
        return Page(site + path, status, zabbix, body.encode())

    script = "".join(f"function f{i}(a,b){{return a*{chance.randrange(99)}+b}}\n" for i in range(2600))
    js = (("Content-Type", "application/javascript"),)
    scripts = {f"{site}js/s{i}.js": Page(f"{site}js/s{i}.js", 200, js, script.encode()) for i in range(6)}
    missing = Page(site + "none", 404, headers, "<html><title>404</title><body>页面不存在</body></html>".encode())
    more = {f"{site}c{i}/": page(f"c{i}/") for i in range(10)}
    values = {
        needs.HOME.name: page(""),
        needs.MISSING.name: missing,
        needs.SCRIPTS.name: Pages(scripts),
        needs.PAGES.name: Pages(more),
    }
    return Facts(target, NOW - timedelta(days=number % 7), values)


def kev_file(folder: Path) -> Path:
    """CISA KEV with one entry."""
    entry = {"cveID": "CVE-2026-10001", "vendorProject": "Zabbix", "product": "Zabbix", "vulnerabilityName": "Zabbix"}
    return _written(folder / "kev.json", {"vulnerabilities": [entry]})


def nvd_file(folder: Path) -> Path:
    """The NVD entry that states its versions."""
    match = {
        "vulnerable": True,
        "criteria": "cpe:2.3:a:zabbix:zabbix:*:*:*:*:*:*:*:*",
        "versionStartIncluding": "7.0.0",
        "versionEndExcluding": "7.0.30",
    }
    cve = {"id": "CVE-2026-10001", "configurations": [{"nodes": [{"cpeMatch": [match]}]}]}
    return _written(folder / "nvd.json", {"vulnerabilities": [{"cve": cve}]})


def _written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
