"""What happens to messages as time goes on: the next road, the digest, the call. Part of this room's `actions`; called each second."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.ids import derived_id
from fenghuo.base.common.severity import WarningLevel
from fenghuo.warn.channels import secrets
from fenghuo.warn.channels.asking import answerable
from fenghuo.warn.channels.decide import (
    LONGEST_WAIT,
    RESERVE,
    SINGLE,
    WINDOW,
    call_after,
    call_due,
    digest_due,
    patience,
)
from fenghuo.warn.channels.models import (
    ARRIVED,
    Call,
    CallReason,
    Channel,
    Delivery,
    DeliveryState,
    TakenAnswer,
)
from fenghuo.warn.channels.outbox import give_codes, got_since
from fenghuo.warn.channels.points import point
from fenghuo.warn.channels.roads import Way, best, by_key, dead_channels, ways_of

_BATCH = 200
_LISTED = 30
_FLOOD_AT_ONCE = 20_000


def ladder_due(now: datetime) -> int:
    """Take the next road where one had its time, and make a call where there is none; how many."""
    timer = Q(fallback_at__lte=now) | Q(fallback_at__gt=now + LONGEST_WAIT)
    rows = Delivery.objects.filter(timer).order_by("rank", "fallback_at", "id")
    return sum(_pass_on(number, now) for number in list(rows.values_list("id", flat=True)[:_BATCH]))


@transaction.atomic
def _pass_on(delivery_id: str, now: datetime) -> bool:
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(id=delivery_id)
    if delivery.fallback_at is None:
        return False
    took = delivery.state == DeliveryState.SENT
    way = _next_way(delivery, now)
    if way is not None and not (took and _has_enough(delivery, now)):
        following = _by(delivery, way, now)
        Delivery.objects.bulk_create([following], ignore_conflicts=True)
        if following.answer_hash:
            give_codes([by_key(following.who)], now)
        if not took:
            delivery.state, delivery.next_try_at, delivery.lease_until = DeliveryState.PASSED_ON, None, None
            delivery.begun = False
        delivery.sealed = ""
    elif not took or (delivery.channel.confirm_within_s and not _arrived_elsewhere(delivery)):
        _call(delivery, CallReason.NO_RECEIPT if took else CallReason.FAILED, now)
    delivery.fallback_at = None
    fields = ["state", "next_try_at", "lease_until", "begun", "sealed", "fallback_at"]
    delivery.save(update_fields=fields)
    point("pass-on:before-commit")
    transaction.on_commit(partial(point, "pass-on:after-commit"))
    return True


def _family(delivery: Delivery) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(matter=delivery.matter, who=delivery.who, occasion=delivery.occasion)


def _next_way(delivery: Delivery, now: datetime) -> Way | None:
    if delivery.who.startswith("channel:"):
        return None
    channels = [
        channel
        for channel in Channel.objects.filter(enabled=True)
        if delivery.named_only or delivery.rank <= WarningLevel(channel.lowest).rank
    ]
    person = by_key(delivery.who)
    tried = set(_family(delivery).values_list("channel_id", "recipient"))
    ways = [way for way in ways_of([person], channels)[person.key] if (way[0].id, way[1]) not in tried]
    return best(ways, dead_channels(now))


def _arrived_elsewhere(delivery: Delivery) -> bool:
    others = _family(delivery).exclude(id=delivery.id)
    return others.filter(Q(received_at__isnull=False) | Q(acknowledged_at__isnull=False)).exists()


def _has_enough(delivery: Delivery, now: datetime) -> bool:
    """Whether the person's share of single messages is used up: only what failed takes another road then."""
    if not delivery.may_wait:
        return False
    return got_since(delivery.who, now - WINDOW).single >= SINGLE + RESERVE


def _by(old: Delivery, way: Way, now: datetime) -> Delivery:
    channel, address = way
    more = patience(old.rank, channel.patience_s)
    return Delivery(
        id=derived_id("delivery", old.matter, old.occasion, channel.id, address),
        channel=channel,
        recipient=address,
        created_at=now,
        next_try_at=now,
        fallback_at=now + more,
        answer_hash=_answer_hash(old, channel),
        possible_double=old.begun or old.possible_double or old.state == DeliveryState.SENT,
        **{name: getattr(old, name) for name in _COPIED},
    )


def _answer_hash(old: Delivery, channel: Channel) -> str:
    """What recognises an answer; a road that can be answered may follow one that can't."""
    wanted = old.wants_answer and not old.who.startswith("channel:") and answerable(channel.kind)
    return secrets.answer_hash(old.who, old.matter) if wanted else old.answer_hash


_COPIED = (
    *("who", "who_name", "matter", "occasion", "rank", "place", "title", "text", "sealed", "values", "exercise"),
    *("may_wait", "wants_answer", "named_only"),
)


def _call(delivery: Delivery, reason: CallReason, now: datetime) -> None:
    """Let a person call; what still waits for this one goes on being tried. A code alone is nothing to call about."""
    if delivery.matter.startswith("reader:"):
        return
    person = by_key(delivery.who) if not delivery.who.startswith("channel:") else None
    values = {
        "who": delivery.who,
        "name": delivery.who_name or delivery.recipient,
        "phone": person.phone if person else "",
        "matter": delivery.matter,
        "rank": delivery.rank,
        "title": delivery.title,
        "reason": reason,
        "answer": delivery.answer,
        "exercise": delivery.exercise,
        "made_at": now,
        "due_at": now + call_due(delivery.rank),
        "open_since": now,
    }
    Call.objects.get_or_create(id=derived_id("call", delivery.who, delivery.matter), defaults=values)


@transaction.atomic
def call_done(actor: Actor, who: str, outcome: str) -> int:
    """Somebody called a person about all that is open for them; how many matters.

    What still waited for the person on any road ends: they know.
    """
    now = clock.now()
    calls = list(Call.objects.select_for_update().filter(who=who).exclude(open_since=None))
    for call in calls:
        call.open_since, call.done_at, call.done_by, call.outcome = None, now, actor.name[:150], outcome[:500]
        call.save(update_fields=["open_since", "done_at", "done_by", "outcome"])
        waiting = Delivery.objects.filter(who=who, matter=call.matter, next_try_at__isnull=False)
        waiting.update(
            state=DeliveryState.CALLED, next_try_at=None, fallback_at=None, lease_until=None, begun=False, sealed=""
        )
    if calls:
        detail = {"matters": [call.matter for call in calls][:100], "outcome": outcome[:500], "name": calls[0].name}
        record(actor, "call.done", f"recipient:{who}"[:200], detail)
    return len(calls)


def digests_due(now: datetime) -> int:
    """Tell each person in one message of what was held for them; how many messages."""
    waiting = Delivery.objects.filter(held_at__isnull=False).order_by()
    groups = list(waiting.values_list("who", "channel_id").annotate(oldest=Min("held_at")))
    made = 0
    for who, channel_id, oldest in groups:
        rows = Delivery.objects.filter(who=who, occasion="digest").order_by("-created_at")
        last = rows.values_list("created_at", flat=True).first()
        if digest_due(oldest, last, now):
            made += _digest(who, channel_id, now)
    return made


@transaction.atomic
def _digest(who: str, channel_id: str, now: datetime) -> int:
    held = Delivery.objects.filter(who=who, channel_id=channel_id, held_at__isnull=False).order_by(
        "rank", "held_at", "id"
    )
    rows = list(
        held.select_for_update().only("id", "rank", "title", "exercise", "values", "who_name", "recipient")[
            :_FLOOD_AT_ONCE
        ]
    )
    if not rows:
        return 0
    channel = Channel.objects.get(id=channel_id)
    number = derived_id("digest", who, channel_id, rows[0].id, len(rows), int(now.timestamp()))
    with translation.override(channel.language):
        title, text = digest_texts(rows)
    roads = 1 if who.startswith("channel:") else 2
    rest = patience(rows[0].rank, channel.patience_s) if roads > 1 else call_after(rows[0].rank)
    digest = Delivery(
        id=number,
        channel=channel,
        who=who,
        who_name=rows[0].who_name,
        recipient=rows[0].recipient,
        matter=f"digest:{number}",
        occasion="digest",
        rank=rows[0].rank,
        place=rows[0].rank,
        title=title[:300],
        text=text,
        values={"count": len(rows)},
        exercise=all(row.exercise for row in rows),
        created_at=now,
        next_try_at=now,
        fallback_at=now + rest,
    )
    digest.save(force_insert=True)
    for start in range(0, len(rows), 500):
        ids = [row.id for row in rows[start : start + 500]]
        Delivery.objects.filter(id__in=ids).update(state=DeliveryState.DIGESTED, held_at=None, digest=digest)
    point("digest:before-commit")
    transaction.on_commit(partial(point, "digest:after-commit"))
    return 1


def digest_texts(rows: Sequence[Delivery]) -> tuple[str, str]:
    """Title and text of a digest, gravest first: how many of each level, how many of each unit, and the gravest by name."""
    words = {1: pgettext("warning level", "Red"), 2: pgettext("warning level", "Orange")}
    words |= {3: pgettext("warning level", "Yellow"), 4: pgettext("warning level", "Blue")}
    levels = Counter(row.rank for row in rows)
    counts = ", ".join(f"{words[rank]} {levels[rank]}" for rank in sorted(levels))
    title = ngettext("%(n)d more message: %(counts)s", "%(n)d more messages: %(counts)s", len(rows))
    units = Counter(str(row.values.get("unit") or "–") for row in rows)
    lines = [f"{name}: {number}" for name, number in units.most_common()]
    shown = [row.title for row in rows[:_LISTED]]
    more = len(rows) - len(shown)
    if more:
        shown.append(ngettext("… and %(n)d more", "… and %(n)d more", more) % {"n": more})
    heading = _("In a storm, messages after the first ones are put together. All of them stand on the platform.")
    text = "\n".join([heading, "", *lines, "", *shown])
    return title % {"n": len(rows), "counts": counts}, text


def note_receipt(channel_id: str, receipt: str, *, arrived: bool, answer: str = "") -> int:
    """The other side reports what became of a message, by its number; how many were meant (0 for an unknown number).

    A message that did not arrive takes the next road at once.
    """
    now = clock.now()
    if not receipt:
        return 0
    rows = Delivery.objects.filter(channel_id=channel_id, receipt=receipt[:200], state=DeliveryState.SENT)
    if arrived:
        return rows.update(received_at=now, fallback_at=None, sealed="")
    return rows.update(
        state=DeliveryState.WAITING, fallback_at=now, answer=answer[:500], next_try_at=now + call_after(1), sent_at=None
    )


def wipe_old(now: datetime) -> int:
    """Wipe the secrets of what left more than a day ago, and forget which answers were taken before that; how many secrets."""
    TakenAnswer.objects.filter(at__lt=now - timedelta(days=2)).delete()
    left = Delivery.objects.filter(state__in=ARRIVED, created_at__lt=now - timedelta(days=1), fallback_at=None)
    return left.exclude(sealed="").update(sealed="")
