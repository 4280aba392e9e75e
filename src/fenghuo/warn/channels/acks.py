"""Acknowledgement by link and code. GET changes nothing; the code comes by POST, and five wrong ones ask for a new code."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import token_hash
from fenghuo.warn.channels import secrets
from fenghuo.warn.channels.lanes import close_calls
from fenghuo.warn.channels.models import Delivery, DeliveryState, Reader
from fenghuo.warn.channels.outbox import send_code
from fenghuo.warn.channels.roads import by_key

MOST_TRIES = 5


class WrongCode(Exception):
    """`code` is "code", "code-used-up" after five wrong ones: only a new code opens then, or "no-code" where none was given."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks to acknowledge."""

    who: str
    name: str
    matter: str
    title: str
    acknowledged: bool


Settle = Callable[[Asked, str], str]
"""What an acknowledgement does to its matter, from which address; the word for it, one of `saying`. Rooms above know the matters."""


def stays(_asked: Asked, _address: str) -> str:
    """For matters to which an acknowledgement does nothing."""
    return "acknowledged"


def find(token: str) -> Asked | None:
    """What a link is about; None for an unknown one."""
    rows = Delivery.objects.filter(answer_hash=token_hash(token)).order_by("created_at", "id")
    row = rows.first()
    if row is None:
        return None
    done = rows.filter(acknowledged_at__isnull=False).exists()
    return Asked(row.who, row.who_name, row.matter, row.title, done)


def acknowledge(token: str, given: str, address: str = "") -> Asked:
    """Take the acknowledgement of a person.

    Raises:
        WrongCode. LookupError: there is no such link.
    """
    asked = find(token)
    if asked is None:
        raise LookupError(token)
    _try_code(asked.who, given)
    now = clock.now()
    with transaction.atomic():
        rows = Delivery.objects.filter(answer_hash=token_hash(token), acknowledged_at=None)
        sent = rows.filter(state=DeliveryState.SENT)
        sent.update(state=DeliveryState.ACKNOWLEDGED)
        rows.update(acknowledged_at=now, fallback_at=None, sealed="")
        # What was still on its way by another road need not go any more.
        unsent = Delivery.objects.filter(answer_hash=token_hash(token), next_try_at__isnull=False)
        unsent.update(state=DeliveryState.ACKNOWLEDGED, next_try_at=None, lease_until=None, begun=False)
        close_calls(asked.who, asked.matter, now)
        record(Actor(asked.who[:40], asked.name, address), "message.acknowledged", asked.matter, {"who": asked.who})
    return asked


@transaction.atomic
def _count(who: str, given: str) -> str:
    reader = Reader.objects.select_for_update().filter(who=who).first()
    if reader is None or reader.code_tries >= MOST_TRIES:
        return "code-used-up"
    if hmac.compare_digest(secrets.code_of(who, reader.code_epoch).encode(), "".join(given.split()).encode()):
        reader.code_tries = 0
        reader.save(update_fields=["code_tries"])
        return ""
    reader.code_tries += 1
    reader.save(update_fields=["code_tries"])
    return "code-used-up" if reader.code_tries >= MOST_TRIES else "code"


def _try_code(who: str, given: str) -> None:
    """A transaction of its own: a wrong try counts whatever becomes of what it was meant for."""
    problem = _count(who, given)
    if problem:
        raise WrongCode(problem)


@transaction.atomic
def new_code(token: str) -> int:
    """Send the person of a link a new code; the old one ends. How many messages: 0 where one was sent in the last minute.

    Raises:
        LookupError: there is no such link.
    """
    asked = find(token)
    if asked is None:
        raise LookupError(token)
    now = clock.now()
    reader, _made = Reader.objects.select_for_update().get_or_create(who=asked.who)
    latest = Delivery.objects.filter(matter=f"reader:{asked.who}"[:200]).order_by("-created_at").first()
    if latest is not None and abs((now - latest.created_at).total_seconds()) < 60:
        return 0
    reader.code_epoch, reader.code_tries = reader.code_epoch + 1, 0
    reader.save(update_fields=["code_epoch", "code_tries"])
    return send_code(by_key(asked.who), reader, now)
