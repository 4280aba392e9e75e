"""What an acknowledged message does to the warning that it was about; whatever way the answer came."""

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.warn.channels.acks import Asked
from fenghuo.warn.early_warnings.actions import CannotDo, acknowledge
from fenghuo.warn.early_warnings.decide import FINAL
from fenghuo.warn.early_warnings.models import EarlyWarning, State
from fenghuo.warn.early_warnings.parts import whole_of


def take_on(asked: Asked, address: str) -> str:
    """Let a person of the office who acknowledged a warning, and may handle warnings, have it in hand; or the one that it is part of.

    Returns:
        "acknowledged"; "in-hand" where somebody else had it before, "over" where it was closed before.
    """
    kind, _, number = asked.matter.partition(":")
    who, _, key = asked.who.partition(":")
    if kind != "warning" or who != "person":
        return "acknowledged"
    person = Person.objects.filter(pk=int(key), is_active=True).first()
    if person is not None and person.can(Permission.HANDLE_WARNINGS):
        try:
            acknowledge(person.actor(address), whole_of(number))
        except (CannotDo, EarlyWarning.DoesNotExist):
            return _stands(number)
        return "acknowledged"
    return "over" if _stands(number) == "over" else "acknowledged"


def _stands(number: str) -> str:
    state = EarlyWarning.objects.filter(id=whole_of(number)).values_list("state", flat=True).first()
    return "over" if state is None or State(state) in FINAL else "in-hand"
