"""What others ask the audit trail."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from fenghuo.base.audit import heads
from fenghuo.base.audit.chain import Row, digest
from fenghuo.base.audit.models import AuditHead, AuditRow


class Problem(StrEnum):
    """What is wrong with a trail."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT = "cut"
    REBUILT = "rebuilt"
    HEADS = "heads"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong: `number` is the first row that is not what it was; `place` a line of the file of heads."""

    problem: Problem
    number: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """Result of a verification: rows read, signed heads checked, and the first thing wrong, None where all is whole."""

    rows: int
    heads: int
    finding: Finding | None


def verify(watch: Callable[[Iterable[AuditRow], int], Iterable[AuditRow]] | None = None) -> Verified:
    """Walk the whole chain and hold it against the signed heads.

    A changed row is found by its digest; a removed one by the gap; a tail that was cut by a head, signed or stored,
    that lies beyond the last row; a chain that was computed anew by a signed head whose digest it does not have.

    Args:
        watch: gets the rows and their number and passes them on, for showing progress.
    """
    try:
        signed = heads.read()
    except heads.BadHeads as error:
        return Verified(0, 0, Finding(Problem.HEADS, 0, str(error)))
    wanted = {head.number: head.digest for head in signed}
    last, previous, sound = 0, "", 0
    finding: Finding | None = None
    walked: Iterable[AuditRow] = AuditRow.objects.order_by("number").iterator(2000)
    for row in watch(walked, AuditRow.objects.count()) if watch else walked:
        if row.number != last + 1:
            return Verified(last, len(signed), Finding(Problem.MISSING, last + 1))
        content = Row(
            row.number, row.at, row.actor_id, row.actor_name, row.address, row.verb, row.subject, row.detail, previous
        )
        if row.previous != previous or digest(content) != row.digest:
            return Verified(last, len(signed), Finding(Problem.CHANGED, row.number))
        if row.number in wanted:
            if wanted[row.number] == row.digest:
                sound = row.number
            elif finding is None:
                finding = Finding(Problem.REBUILT, sound + 1)
        last, previous = row.number, row.digest
    if finding is None:
        stored = AuditHead.objects.filter(pk=1).first()
        highest = max([stored.number if stored else 0, *wanted])
        if highest > last:
            finding = Finding(Problem.CUT, last + 1)
        elif stored is not None and (stored.number, stored.digest) != (last, previous):
            finding = Finding(Problem.REBUILT, sound + 1)
    return Verified(last, len(signed), finding)


def rows(search: str = "", verb: str = "") -> QuerySet[AuditRow]:
    """Rows by what the reader asks for; `search` is an actor's name or a subject."""
    found = AuditRow.objects.all()
    if verb:
        found = found.filter(verb__startswith=verb)
    for word in search.split():
        found = found.filter(actor_name__icontains=word) | found.filter(subject__icontains=word)
    return found


def of_subject(subject: str) -> QuerySet[AuditRow]:
    """Everything that was done to one thing, oldest first."""
    return AuditRow.objects.filter(subject=subject).order_by("number")


def export_rows() -> Iterator[dict[str, Any]]:
    """Every row, in order, for export."""
    for row in AuditRow.objects.order_by("number").values().iterator(2000):
        yield {**row, "detail": json.loads(row["detail"])}
