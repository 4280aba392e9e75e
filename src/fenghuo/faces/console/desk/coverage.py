"""Coverage of the month for the desk: summed up once in a while, not for every live page."""

import time
from dataclasses import dataclass

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.see.screening.decide import Covered
from fenghuo.see.screening.ledger import month_of
from fenghuo.see.screening.queries import board

_LOOK_EVERY_S = 30.0


@dataclass(slots=True)
class _Looked:
    """The last sum over all units."""

    month: str = ""
    covered: Covered | None = None
    until: float = 0.0


_looked = _Looked()


def covered_of(person: Person) -> Covered | None:
    """Coverage of this month as far as the person sees units; None for who may not see screening, and before the first day."""
    if not person.can(Permission.SEE_SCREENING):
        return None
    month, moment = month_of(clock.now()), time.monotonic()
    if person.unit_scope() is not None:
        return _shown(board(month, person).total())
    if _looked.month != month or moment >= _looked.until:
        _looked.month, _looked.covered, _looked.until = month, board(month, person).total(), moment + _LOOK_EVERY_S
    return _shown(_looked.covered)


def _shown(covered: Covered | None) -> Covered | None:
    return covered if covered is not None and covered.registered else None
