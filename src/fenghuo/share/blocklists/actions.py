"""Devices that poll: added, given a new token, closed; and the answer to a poll. The only writer of this room's tables."""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import new_token, token_hash
from fenghuo.respond.blocks.decide import State
from fenghuo.respond.blocks.queries import last_change, listed
from fenghuo.see.intel.values import Kind
from fenghuo.share.blocklists.models import Consumer, FirstFetch
from fenghuo.share.blocklists.render import FORMS, Entry, render

LEAST_S, MOST_S = 5, 86_400


class CannotDo(Exception):
    """The verb is not possible: "name", "every" or "closed"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def add_consumer(
    actor: Actor, name: str, place: str = "", every_s: int = 60, *, exercise: bool = False
) -> tuple[Consumer, str]:
    """A new device and its token, which is shown once.

    Raises:
        CannotDo: "name", "every".
    """
    if not name.strip():
        raise CannotDo("name")
    if not LEAST_S <= every_s <= MOST_S:
        raise CannotDo("every")
    token = new_token("fhb")
    made = Consumer.objects.create(
        name=name.strip()[:200],
        place=place.strip()[:300],
        every_s=every_s,
        exercise=exercise,
        token_hash=token_hash(token),
        added_by=actor.name[:150],
        added_at=clock.now(),
    )
    record(actor, "block-consumer.added", _subject(made), {"name": made.name, "exercise": exercise})
    return made, token


def renew_token(actor: Actor, consumer_id: str) -> str:
    """A new token in place of the old one, which opens nothing from now on.

    Raises:
        CannotDo: "closed". Consumer.DoesNotExist.
    """
    with transaction.atomic():
        found = Consumer.objects.select_for_update().get(id=consumer_id)
        if found.closed_at is not None:
            raise CannotDo("closed")
        token = new_token("fhb")
        found.token_hash = token_hash(token)
        found.save(update_fields=["token_hash"])
        record(actor, "block-consumer.token-renewed", _subject(found), {"name": found.name})
    return token


@transaction.atomic
def close_consumer(actor: Actor, consumer_id: str) -> Consumer:
    """The device gets nothing from now on; what it had stays written down.

    Raises:
        CannotDo: "closed". Consumer.DoesNotExist.
    """
    found = Consumer.objects.select_for_update().get(id=consumer_id)
    if found.closed_at is not None:
        raise CannotDo("closed")
    found.closed_at = clock.now()
    found.save(update_fields=["closed_at"])
    record(actor, "block-consumer.closed", _subject(found), {"name": found.name})
    return found


def _subject(consumer: Consumer) -> str:
    return f"block-consumer:{consumer.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a poll gets: the text, its tag, how many orders are on it, and how many the form can't carry."""

    text: str
    etag: str
    lines: int
    left_out: int


def serve(token: str, form: str, comments: bool, peer: str) -> Answer | None:
    """The list for whoever holds the token, and the note that they had it; None for a wrong token or form.

    The list is made of the orders as they stand at this very moment: no cache, no file, no worker stands between an approval or
    the end of a term and the next poll.
    """
    found = Consumer.objects.filter(token_hash=token_hash(token), closed_at=None).first()
    if found is None or form not in FORMS:
        return None
    now = clock.now()
    changed = last_change(now, found.exercise)
    entries = [Entry(b.id, Kind(b.kind), b.value, b.reason, b.until) for b in listed(now, found.exercise)]
    text, carried = render(form, entries, int(changed.timestamp()) if changed else 1, comments)
    tag = f'"{hashlib.sha256(f"{form}|{comments}|{text}".encode()).hexdigest()[:40]}"'
    _note(found, form, tag, carried, peer)
    return Answer(text, tag, len(carried), len(entries) - len(carried))


@transaction.atomic
def _note(consumer: Consumer, form: str, tag: str, carried: list[Entry], peer: str) -> None:
    """Polls are evidence, not deeds of persons: they stand in this room's tables and not in the audit trail."""
    now = clock.now()
    known = FirstFetch.objects.filter(consumer=consumer, block__state=State.IN_FORCE)
    had = set(known.values_list("block_id", flat=True)) if carried else set()
    fresh = [FirstFetch(block_id=e.id, consumer=consumer, form=form, at=now) for e in carried if e.id not in had]
    FirstFetch.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    values = {"last_poll_at": now, "last_peer": peer[:64], "last_form": form, "last_etag": tag}
    Consumer.objects.filter(id=consumer.id).update(**values)
