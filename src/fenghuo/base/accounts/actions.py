"""The verbs of accounts; the only writer of its table."""

import base64
import secrets
from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.secrets import seal, unseal
from fenghuo.base.units.models import Unit

_APART = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def check_roles(roles: Sequence[str]) -> list[str]:
    """The roles, sorted.

    Raises:
        ValidationError: one is not known, or two of the three administrators fall on one person.
    """
    unknown = set(roles) - {role.value for role in Role}
    if unknown or not roles:
        known = ", ".join(Role)
        raise ValidationError({"roles": _("Give at least one role of: %(known)s.") % {"known": known}})
    if len(set(roles) & set(_APART)) > 1:
        raise ValidationError({"roles": _("System, security and audit administrator must be different persons.")})
    return sorted(set(roles))


@transaction.atomic
def add_person(
    actor: Actor,
    username: str,
    name: str,
    roles: Sequence[str],
    *,
    email: str = "",
    phone: str = "",
    units: Sequence[Unit] = (),
    password: str = "",
) -> tuple[Person, str]:
    """A new person and the password to hand over; where none is given, one is made that must be changed at once.

    Raises:
        ValidationError: a field can't be what it is, the name is taken, or the password is weak; nothing was stored.
    """
    made = "" if password else secrets.token_urlsafe(12)
    person = Person(username=username.strip(), name=name.strip(), email=email.strip(), phone=phone.strip())
    person.roles = check_roles(roles)
    person.created_at = clock.now()
    person.must_change_password = bool(made)
    if password:
        validate_password(password, person)
    person.set_password(password or made)
    person.full_clean()
    person.save()
    person.units.set(units)
    detail = {"username": person.username, "roles": person.roles, "units": [unit.id for unit in units]}
    record(actor, "person.added", f"person:{person.pk}", detail)
    return person, password or made


@transaction.atomic
def change_person(actor: Actor, person: Person, roles: Sequence[str], units: Sequence[Unit], *, active: bool) -> None:
    """Set rights anew; where one is taken away, every session of the person ends.

    Raises:
        ValidationError: see `check_roles`.
    """
    wanted = check_roles(roles)
    before = {
        "roles": person.roles,
        "units": sorted(person.units.values_list("id", flat=True)),
        "active": person.is_active,
    }
    after = {"roles": wanted, "units": sorted(unit.id for unit in units), "active": active}
    if before == after:
        return
    person.roles, person.is_active = wanted, active
    person.session_epoch += 1
    person.save(update_fields=["roles", "is_active", "session_epoch"])
    person.units.set(units)
    record(actor, "person.changed", f"person:{person.pk}", {"before": before, "after": after})


@transaction.atomic
def set_password(actor: Actor, person: Person, password: str) -> None:
    """Set a password that the person chose.

    Raises:
        ValidationError: it is weak.
    """
    validate_password(password, person)
    person.set_password(password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    record(actor, "person.password-changed", f"person:{person.pk}")


@transaction.atomic
def reset_mfa(actor: Actor, person: Person) -> None:
    """Take the second factor off, where the device was lost; every session of the person ends."""
    person.totp_seed, person.totp_used = "", -1
    person.session_epoch += 1
    person.save(update_fields=["totp_seed", "totp_used", "session_epoch"])
    record(actor, "person.mfa-reset", f"person:{person.pk}")


def new_totp_seed() -> str:
    """A fresh seed in base 32, for an authenticator app."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@transaction.atomic
def set_totp(actor: Actor, person: Person, seed: str, code: str) -> bool:
    """Switch the second factor on, once the person's app shows the right code; whether it did."""
    step = _step_of(seed, code, -1)
    if step is None:
        return False
    person.totp_seed, person.totp_used = seal(seed), step
    person.save(update_fields=["totp_seed", "totp_used"])
    record(actor, "person.mfa-set", f"person:{person.pk}")
    return True


@transaction.atomic
def use_totp(person: Person, code: str) -> bool:
    """Whether the code opens now; each code opens once."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    step = _step_of(unseal(locked.totp_seed), code, locked.totp_used) if locked.totp_seed else None
    if step is None:
        return False
    locked.totp_used = step
    locked.save(update_fields=["totp_used"])
    return True


def _step_of(seed: str, code: str, used: int) -> int | None:
    """The step (RFC 6238, 30 s, one step of drift each way) whose code this is, None for a wrong or used code."""
    digits = code.replace(" ", "")
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp = TOTP(base64.b32decode(seed))
    totp.time = clock.now().timestamp()
    for drift in (0, -1, 1):
        totp.drift = drift
        step = int(totp.t())
        if step > used and secrets.compare_digest(f"{totp.token():06d}", digits):
            return step
    return None
