"""What every reader of foreign results shares: limits, the value that it makes, and the table of what means the same."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from fenghuo.see.screening.checks.base import MOST_EVIDENCE, Finding, Verdict, VerdictKind
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.facts import Target

MOST_BYTES = 16 * 1024 * 1024
MOST_LINES = 100_000
_MOST_LINE = 1024 * 1024
OLDEST = timedelta(days=31)
"""Older results say nothing of how a site is now."""
_AHEAD = timedelta(minutes=5)


class Unreadable(Exception):
    """The file can't be taken. `code` is one of a closed list: "too-large", "format", "broken", "doctype", "old"; `detail` a place."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


@dataclass(slots=True)
class Results:
    """What a file says of an asset.

    Attributes:
        format: key of `FORMATS`.
        verdicts: what goes into the ledger. A finding of a foreign program is a fail over a part of the facts, so that it closes nothing.
        unmapped: name in the foreign program → how often; nothing of ours means the same.
        others: asset or host in the file → lines about it, which were left out.
    """

    format: str
    verdicts: list[Verdict] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Same:
    """What of ours a foreign result is."""

    check: str
    outcome: str
    locus: str
    evidence: str


def verdicts_of(found: list[Same], target: Target, at: datetime) -> list[Verdict]:
    """One failed verdict a check, with its findings; each is one that this version knows."""
    by_check: dict[str, dict[tuple[str, str], Finding]] = {}
    for same in found:
        finding = Finding(same.outcome, same.locus[:300], masked(same.evidence)[:MOST_EVIDENCE])
        by_check.setdefault(same.check, {})[finding.outcome, finding.locus] = finding
    return [
        Verdict(
            target.asset,
            check_id,
            all_checks()[check_id].version,
            VerdictKind.FAIL,
            at,
            findings=tuple(findings.values()),
            whole=False,
        )
        for check_id, findings in by_check.items()
    ]


def is_known(check: str, outcome: str, target: Target) -> bool:
    """Whether this version has the outcome, for assets of this kind."""
    found = all_checks().get(check)
    return found is not None and target.kind in found.kinds and any(o.key == outcome for o in found.outcomes)


def is_port_of(target: Target, port: object) -> bool:
    """Whether the site itself is served at a port: a usual one, or the one of its address."""
    try:
        registered = urlsplit(target.url).port
    except ValueError:
        registered = None
    return str(port) in {"80", "443", str(registered)}


def moment(text: object, now: datetime) -> datetime:
    """A time of the file, UTC where it states no zone; now where there is none.

    Raises:
        Unreadable: it is too old to say anything, or lies ahead.
    """
    if not isinstance(text, str) or not text:
        return now
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return now
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not now - OLDEST <= found <= now + _AHEAD:
        raise Unreadable("old", f"{found:%Y-%m-%d}")
    return min(found, now)


def json_of(text: bytes | str, place: str) -> object:
    """A JSON value.

    Raises:
        Unreadable: it is none, or nested without end.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken", place) from error


def json_lines(content: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    """(number, object) of each line.

    Raises:
        Unreadable: a line is too long or no object, or there are too many.
    """
    for number, line in enumerate(content.splitlines(), 1):
        if number > MOST_LINES or len(line) > _MOST_LINE:
            raise Unreadable("too-large", str(number))
        if line.strip():
            value = json_of(line.removeprefix(b"\xef\xbb\xbf"), str(number))
            if not isinstance(value, dict):
                raise Unreadable("broken", str(number))
            yield number, value


def host_in(text: str) -> str:
    """Host of an address, a "host:port" or a "host/address", lower case."""
    if "://" in text:
        try:
            return (urlsplit(text).hostname or "").lower()
        except ValueError:
            return ""
    rest = text.partition("/")[0].strip().lower()
    return rest.rpartition(":")[0] if rest.count(":") == 1 else rest.strip("[]")
