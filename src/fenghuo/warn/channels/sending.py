"""From a delivery to its channel's kind: what goes out."""

import json

from fenghuo.base.common.i18n import _
from fenghuo.base.common.secrets import unseal
from fenghuo.warn.channels import secrets
from fenghuo.warn.channels.asking import asked
from fenghuo.warn.channels.kinds import kinds, reach_of
from fenghuo.warn.channels.message import NotSent, Outgoing, Sent, filled
from fenghuo.warn.channels.models import Delivery
from fenghuo.warn.channels.phones import international
from fenghuo.warn.channels.settings_form import Reach

_MARKS = {"zh-hans": "(可能重复)"}


def send(delivery: Delivery) -> Sent:
    """Hand a delivery to the other side of its channel.

    Raises:
        NotSent: it certainly did not go; `pause` says how long the other side wants to be left alone.
        MayHaveGone: nobody knows. net.Refused: the address may not be contacted.
        SealBroken: the settings do not open with the present key.
    """
    channel = delivery.channel
    kind = kinds().get(channel.kind)
    if kind is None:
        raise NotSent(_("There is no kind of channel {kind} here any more.").format(kind=channel.kind))
    return kind.send(json.loads(unseal(channel.sealed)), outgoing(delivery))


def outgoing(delivery: Delivery) -> Outgoing:
    """What a channel gets of a delivery."""
    language = delivery.channel.language
    by_phone = reach_of(delivery.channel.kind) is Reach.PHONE
    text = filled(delivery.text, secrets.opened(delivery.sealed))
    return Outgoing(
        delivery_id=delivery.id,
        recipient=international(delivery.recipient) if by_phone else delivery.recipient,
        title=delivery.title,
        text=asked(delivery, text) if delivery.answer_hash else text,
        language=language,
        rank=delivery.rank,
        matter=delivery.matter,
        occasion=delivery.occasion,
        values=delivery.values,
        exercise=delivery.exercise,
        mark=_MARKS.get(language, "(possibly sent twice)") if delivery.possible_double else "",
    )
