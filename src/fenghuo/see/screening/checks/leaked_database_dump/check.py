"""Exports of databases left where everybody can fetch them."""

from collections.abc import Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, gather, is_served
from fenghuo.see.screening.checks.leaked_database_dump.formats import dump_of
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import MISSING

_PATHS = ("/backup.sql", "/db.sql", "/data.sql", "/{host}.sql", "/database/data.mdb")
_MOST = 4096
_SHOWN = 5


def _look(facts: Facts, missing: Page, path: str) -> Iterator[Finding]:
    page = answered(facts, path)
    dump = dump_of(page) if is_served(page, missing) else None
    if dump is not None:
        locus = path.replace("{host}", facts.target.host)
        tables = f" ({', '.join(dump.tables[:_SHOWN])})" if dump.tables else ""
        yield Finding("file" if dump.is_file else "dump", locus, f"{page.status} {page.url}: {dump.tool}{tables}")


def _judge(facts: Facts) -> Judgement:
    missing = facts[MISSING]
    return gather(partial(_look, facts, missing, path) for path in _PATHS)


CHECK = Check(
    id="leaked-database-dump",
    number=11,
    version=1,
    check_class=CheckClass.CONTENT,
    needs=(MISSING,),
    probes=tuple(Probe(path, _MOST) for path in _PATHS),
    outcomes=(Outcome("dump", Severity.CRITICAL, 1), Outcome("file", Severity.CRITICAL, 1)),
    rules=("csl-21", "dsl-27", "pipl-57", "gb22239"),
    judge=_judge,
)
