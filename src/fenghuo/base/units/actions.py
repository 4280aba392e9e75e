"""The verbs of the register of units; the only writer of its tables."""

import ipaddress
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset, AssetKind, Contact, RegisterCheck, Unit


@transaction.atomic
def save_unit(actor: Actor, unit: Unit) -> Unit:
    """Store a new or changed unit.

    Raises:
        ValidationError: a field can't be what it is; nothing was stored.
    """
    fresh = unit.created_at is None
    if fresh:
        unit.created_at = clock.now()
    unit.full_clean()
    unit.save()
    record(actor, "unit.added" if fresh else "unit.changed", f"unit:{unit.id}", {"code": unit.code, "name": unit.name})
    return unit


@transaction.atomic
def save_asset(actor: Actor, asset: Asset) -> Asset:
    """Store a new or changed asset; its value is brought to the form in which logs carry it.

    Raises:
        ValidationError: a field can't be what it is; nothing was stored.
    """
    asset.value = asset.value.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    if asset.kind == AssetKind.ADDRESS_RANGE:
        try:
            ipaddress.ip_network(asset.value, strict=False)
        except ValueError as error:
            raise ValidationError({"value": _("This is no address range, such as 192.0.2.0/24.")}) from error
    fresh = asset.pk is None
    asset.full_clean()
    asset.save()
    detail: Mapping[str, object] = {"unit": asset.unit_id, "kind": asset.kind, "value": asset.value}
    record(actor, "asset.added" if fresh else "asset.changed", f"asset:{asset.pk}", detail)
    return asset


@transaction.atomic
def set_contact(actor: Actor, unit: Unit, name: str, phone: str, email: str, *, deputy: bool) -> Contact:
    """Name the person who speaks for a unit, or the deputy, in place of the one before.

    Raises:
        ValidationError: a field can't be what it is; nothing was stored.
    """
    contact = Contact.objects.filter(unit=unit, deputy=deputy).first() or Contact(unit=unit, deputy=deputy)
    before = (contact.name, contact.phone, contact.email)
    contact.name, contact.phone, contact.email = name.strip(), phone.strip(), email.strip()
    if before == (contact.name, contact.phone, contact.email):
        return contact
    contact.full_clean()
    contact.save()
    record(actor, "unit.contact-set", f"unit:{unit.id}", {"deputy": deputy, "name": contact.name})
    return contact


def register_lines(unit: Unit) -> list[str]:
    """What a unit is asked to confirm, a line an asset or a person, in the order of the page and in the reader's language."""
    words = (_("Contact"), _("Deputy contact"), _("Head of the unit"))
    people = [(words[c.deputy], c.name, c.phone, c.email) for c in unit.contacts.all()]
    head = [(words[2], unit.head, unit.head_phone, unit.head_email)] if unit.head else []
    assets = [(a.get_kind_display(), a.name, a.value, a.owner) for a in unit.assets.all()]
    lines = [(str(what), " ".join(part for part in facts if part)) for what, *facts in (*people, *head, *assets)]
    return [_("%(what)s: %(facts)s") % {"what": what, "facts": facts} for what, facts in lines]


@transaction.atomic
def confirm_register(actor: Actor, unit: Unit, remarks: str = "") -> RegisterCheck:
    """Somebody of the unit says that its list of assets and contacts is right, or what is wrong with it."""
    said = remarks.strip()[:4000]
    values = {"by": actor.name[:150], "remarks": said, "content": register_lines(unit)}
    made = RegisterCheck.objects.create(unit=unit, at=clock.now(), **values)
    detail = {"lines": len(made.content), "remarks": said[:500]}
    record(actor, "unit.register-doubted" if said else "unit.register-confirmed", f"unit:{unit.id}", detail)
    return made


@transaction.atomic
def settle_register(actor: Actor, check: RegisterCheck) -> None:
    """The office has put right what a unit said about its list."""
    check.handled_by, check.handled_at = actor.name[:150], clock.now()
    check.save(update_fields=["handled_by", "handled_at"])
    record(actor, "unit.register-settled", f"unit:{check.unit_id}", {"check": check.pk})
