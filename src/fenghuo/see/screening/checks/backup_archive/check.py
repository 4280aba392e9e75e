"""Backups and source archives left where everybody can fetch them: 512 bytes of each usual name, judged by what they are."""

import re
from collections.abc import Iterator
from functools import partial

from fenghuo.see.screening.checks.backup_archive.formats import archive_of
from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import answered, gather, is_served
from fenghuo.see.screening.facts import CheckClass, Facts, Page, Probe
from fenghuo.see.screening.facts.needs import MISSING

_ARCHIVES = (
    "/www.zip",
    "/www.rar",
    "/wwwroot.zip",
    "/wwwroot.rar",
    "/web.zip",
    "/backup.zip",
    "/{host}.zip",
    "/{host}.rar",
    "/{host}.tar.gz",
)
_SOURCE = "/index.php.bak"
_MOST = 512
_PHP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?php\s[^<]{0,400}?(?:;|\*/|\{|//|#)", re.IGNORECASE)


def size_of(page: Page) -> int | None:
    """How large the whole file is: by Content-Range, else by Content-Length; None where neither says."""
    in_range = re.fullmatch(r"bytes \d+-\d+/(\d+)", (page.header("content-range") or "").strip())
    if in_range:
        return int(in_range.group(1))
    length = (page.header("content-length") or "").strip()
    return int(length) if length.isdecimal() and page.status == 200 else None


def _archive(facts: Facts, missing: Page, path: str) -> Iterator[Finding]:
    page = answered(facts, path)
    archive = archive_of(page.body) if is_served(page, missing) else None
    if archive is not None:
        size = size_of(page)
        inside = f", {archive.first_name}" if archive.first_name else ""
        length = f", {size:,} B" if size is not None else ""
        yield Finding("archive", _named(facts, path), f"{page.status} {page.url}: {archive.kind}{length}{inside}")


def _source(facts: Facts, missing: Page) -> Iterator[Finding]:
    page = answered(facts, _SOURCE)
    if is_served(page, missing) and _PHP.match(page.body):
        yield Finding("source-copy", _SOURCE, f"{page.status} {page.url}: <?php …")


def _named(facts: Facts, path: str) -> str:
    return path.replace("{host}", facts.target.host)


def _judge(facts: Facts) -> Judgement:
    missing = facts[MISSING]
    return gather([*(partial(_archive, facts, missing, path) for path in _ARCHIVES), partial(_source, facts, missing)])


CHECK = Check(
    id="backup-archive",
    number=9,
    version=1,
    check_class=CheckClass.CONTENT,
    needs=(MISSING,),
    probes=tuple(Probe(path, _MOST) for path in (*_ARCHIVES, _SOURCE)),
    outcomes=(Outcome("archive", Severity.CRITICAL, 3), Outcome("source-copy", Severity.HIGH, 7)),
    rules=("csl-21", "dsl-27", "gb22239"),
    judge=_judge,
)
