"""Coverage of the month for the desk."""

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.screening.figures import figures_of
from fenghuo.see.screening.decide import Covered


def covered_of(person: Person) -> Covered | None:
    """Coverage of this month as far as the person sees units; None for who may not see screening, and before the first day."""
    return figures_of(person).covered if person.can(Permission.SEE_SCREENING) else None
