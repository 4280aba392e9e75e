"""The verbs of the roster, the terms, the free lines of the log and the daily brief. Other verbs of this room: `swaps`, `handovers`,
`roll_calls`, `standing_in`. Nobody else writes its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import SYSTEM, Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.warn.duty.decide import CannotDo, Span, clashes
from fenghuo.warn.duty.models import Brief, Entry, EntryKind, Post, Shift, SwapState, Terms
from fenghuo.warn.duty.queries import terms

MOST_TEXT = 4000
_LONGEST_SHIFT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift to be stored."""

    person: Person
    post: str
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def add_shift(actor: Actor, person: Person, post: str, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put a person on a post.

    Raises:
        ValidationError: it ends before it begins, the post is taken at that time, or the person is on the other one; nothing was stored.
    """
    if not starts_at < ends_at <= starts_at + _LONGEST_SHIFT:
        raise ValidationError({"ends_at": _("A shift must end after it begins, within seven days.")})
    at_once = Shift.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if at_once.filter(post=post).exists():
        raise ValidationError({"post": _("This post is taken at that time.")})
    if at_once.filter(person=person).exists():
        raise ValidationError({"person": _("This person is on the other post at that time.")})
    shift = Shift(person=person, post=post, starts_at=starts_at, ends_at=ends_at)
    shift.full_clean()
    shift.save()
    detail = {"person": str(person.pk), "post": post, "from": starts_at, "to": ends_at}
    record(actor, "shift.added", f"shift:{shift.pk}", detail)
    return shift


@transaction.atomic
def add_shifts(actor: Actor, wanted: Sequence[NewShift], how: str) -> int:
    """Store a whole roster, or nothing; how many shifts. `how` says where it comes from: "pattern" or "sheet".

    Raises:
        CannotDo: "times", "person", "taken" or "two-posts" with the first shift that cannot be; nothing was stored.
    """
    if not wanted:
        raise CannotDo("times")
    for one in wanted:
        if not one.starts_at < one.ends_at <= one.starts_at + _LONGEST_SHIFT or one.post not in Post.values:
            raise CannotDo("times", one.starts_at.isoformat())
        if not one.person.is_active:
            raise CannotDo("person", one.person.name)
    first, last = min(one.starts_at for one in wanted), max(one.ends_at for one in wanted)
    spans = [Span(one.post, one.person.pk, one.starts_at, one.ends_at) for one in wanted]
    for one_span, other in clashes(spans, spans_between(first, last)):
        raise CannotDo("taken" if one_span.post == other.post else "two-posts", one_span.starts_at.isoformat())
    Shift.objects.bulk_create(
        [Shift(person=w.person, post=w.post, starts_at=w.starts_at, ends_at=w.ends_at) for w in wanted], batch_size=500
    )
    people = sorted({one.person.pk for one in wanted})
    detail = {"how": how, "shifts": len(wanted), "from": first, "to": last, "people": people}
    record(actor, "roster.added", f"roster:{first.date().isoformat()}", detail)
    return len(wanted)


def spans_between(first: datetime, last: datetime) -> list[Span]:
    """The shifts that stand between two moments, as spans."""
    rows = Shift.objects.filter(starts_at__lt=last, ends_at__gt=first)
    return [Span(*values) for values in rows.values_list("post", "person_id", "starts_at", "ends_at")]


@transaction.atomic
def remove_shift(actor: Actor, shift_id: int, why: str) -> None:
    """Take a shift that has not begun off the roster.

    Raises:
        CannotDo: "text" without a reason, "begun". Shift.DoesNotExist.
    """
    shift = Shift.objects.select_for_update().get(pk=shift_id)
    if shift.starts_at <= clock.now():
        raise CannotDo("begun")
    if not why.strip():
        raise CannotDo("text")
    detail = {"person": str(shift.person_id), "post": shift.post, "from": shift.starts_at, "to": shift.ends_at}
    detail |= {"reason": why.strip()[:500]}
    record(actor, "shift.removed", f"shift:{shift.pk}", detail)
    shift.delete()


@transaction.atomic
def replace(actor: Actor, shift_id: int, person: Person, why: str) -> Shift:
    """Put another person on a shift in place of its holder, by order of who keeps the roster; it may have begun.

    Raises:
        CannotDo: "text", "begun" where it is over, "two-posts", "person". Shift.DoesNotExist.
    """
    shift = Shift.objects.select_for_update().get(pk=shift_id)
    if not why.strip():
        raise CannotDo("text")
    if shift.ends_at <= clock.now():
        raise CannotDo("begun")
    before = shift.person_id
    give_to(shift, person)
    shift.swaps.filter(state=SwapState.ASKED).update(state=SwapState.WITHDRAWN, answered_at=clock.now())
    detail = {"from": str(before), "to": str(person.pk), "post": shift.post, "reason": why.strip()[:500]}
    record(actor, "shift.replaced", f"shift:{shift.pk}", detail)
    return shift


def give_to(shift: Shift, person: Person, besides: Sequence[int] = ()) -> None:
    """Let a person hold a locked shift, inside the caller's transaction; `besides` are shifts that the person gives away at once.

    Raises:
        CannotDo: "person" who cannot be on duty, "two-posts".
    """
    if not person.is_active or person.unit_scope() is not None:
        raise CannotDo("person", person.name)
    at_once = Shift.objects.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at, person=person)
    if at_once.exclude(pk__in=[shift.pk, *besides]).exists():
        raise CannotDo("two-posts", person.name)
    shift.person, shift.told_at = person, None
    shift.save(update_fields=["person", "told_at"])


@transaction.atomic
def write_entry(actor: Actor, kind: str, text: str, happened_at: datetime) -> Entry:
    """Write a free line into the duty log.

    Raises:
        CannotDo: "text", or "future".
    """
    if not text.strip() or kind not in EntryKind.values:
        raise CannotDo("text")
    now = clock.now()
    if happened_at > now:
        raise CannotDo("future")
    values = {"kind": kind, "text": text.strip()[:MOST_TEXT], "by_id": actor.id[:40], "by": actor.name[:150]}
    made = Entry.objects.create(happened_at=happened_at, at=now, **values)
    detail = {"kind": kind, "at": happened_at, "text": made.text[:500]}
    record(actor, "duty-log.written", f"duty-entry:{made.pk}", detail)
    return made


@transaction.atomic
def set_terms(actor: Actor, figures: Mapping[str, int | time]) -> Terms:
    """Change how long things take on duty.

    Raises:
        CannotDo: "figures" where a number of minutes is not between 1 and 240, a number a day above 6, or a graver warning
            would wait longer than a slighter one.
    """
    row = terms()
    before = {name: getattr(row, name) for name in figures}
    for name, value in figures.items():
        if name.endswith("_minutes") and not (isinstance(value, int) and 1 <= value <= 240):
            raise CannotDo("figures", name)
        if name.endswith("_a_day") and not (isinstance(value, int) and 0 <= value <= 6):
            raise CannotDo("figures", name)
        setattr(row, name, value)
    waits = list(row.acknowledge_within().values())
    if waits != sorted(waits):
        raise CannotDo("figures")
    row.pk = Terms.ONLY
    row.save()
    detail = {"before": {k: str(v) for k, v in before.items()}, "after": {k: str(v) for k, v in figures.items()}}
    record(actor, "duty-terms.set", "duty-terms:1", detail)
    return row


@transaction.atomic
def keep_brief(day: date, since: datetime, until: datetime, content: Mapping[str, object]) -> Brief | None:
    """Freeze the brief of a day; None where there is one already."""
    made, fresh = Brief.objects.get_or_create(
        day=day, defaults={"since": since, "until": until, "made_at": clock.now(), "content": dict(content)}
    )
    if not fresh:
        return None
    record(SYSTEM, "brief.made", f"brief:{day.isoformat()}")
    return made
