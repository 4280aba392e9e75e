"""The verbs of configured channels."""

import json
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common.secrets import seal, unseal
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels.kinds import kinds
from fenghuo.warn.channels.models import Channel


@transaction.atomic
def add_channel(
    actor: Actor, name: str, kind: str, config: Mapping[str, str], recipients: Sequence[str], lowest: str, language: str
) -> Channel:
    """A new channel.

    Raises:
        ValidationError: a field or a setting can't be what it is; nothing was stored.
    """
    channel = Channel(name=name, kind=kind, lowest=lowest, language=language)
    _configure(channel, config, recipients)
    what = {"name": name, "kind": kind, "recipients": channel.recipients}
    record(actor, "channel.added", f"channel:{channel.id}", what)
    return channel


def settings_of(channel: Channel) -> dict[str, str]:
    """The settings of a channel as they are used, secrets among them.

    Raises:
        SealBroken: they do not open with the present key.
    """
    found: dict[str, str] = json.loads(unseal(channel.sealed))
    return found


@transaction.atomic
def change_channel(actor: Actor, channel: Channel, config: Mapping[str, str], recipients: Sequence[str]) -> None:
    """Other settings and recipients, and the name, lowest level and language that `channel` has; secrets left out stay what they are.

    Raises:
        ValidationError: as for a new channel; nothing was stored.
        SealBroken: a secret is to be kept, and the stored ones do not open.
    """
    secret = kinds()[channel.kind].settings.secrets() if channel.kind in kinds() else frozenset()
    kept = secret - {name for name, value in config.items() if value}
    old = settings_of(channel) if kept else {}
    wanted = {name: value for name, value in config.items() if value}
    wanted |= {name: old[name] for name in kept if name in old}
    _configure(channel, wanted, recipients)
    what = {"name": channel.name, "recipients": channel.recipients, "new_secrets": sorted(secret - kept)}
    record(actor, "channel.changed", f"channel:{channel.id}", what)


def _configure(channel: Channel, config: Mapping[str, str], recipients: Sequence[str]) -> None:
    kind = kinds().get(channel.kind)
    if kind is None:
        text = _("There is no kind %(kind)s. Known: %(known)s.")
        raise ValidationError({"kind": text % {"kind": channel.kind, "known": ", ".join(kinds())}})
    unknown = set(config) - set(kind.settings.base_fields)
    if unknown:
        text = _("%(kind)s has no setting %(names)s. It has: %(known)s.")
        values = {"names": ", ".join(sorted(unknown)), "known": ", ".join(kind.settings.base_fields)}
        raise ValidationError(text % {"kind": channel.kind, **values})
    fields = kind.settings.base_fields
    usual = {name: field.initial for name, field in fields.items() if field.required and field.initial}
    form = kind.settings({**usual, **config})
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    if channel.lowest not in set(WarningLevel):
        raise ValidationError({"lowest": _("Choose red, orange, yellow or blue.")})
    channel.recipients = form.recipients(list(recipients))
    channel.sealed = seal(json.dumps(form.config()))
    channel.full_clean()
    channel.save()


@transaction.atomic
def switch_channel(actor: Actor, channel: Channel, *, on: bool) -> None:
    """Take a channel in or out of use; what waits for it keeps waiting."""
    channel.enabled = on
    channel.save(update_fields=["enabled"])
    record(actor, "channel.switched-on" if on else "channel.switched-off", f"channel:{channel.id}")
