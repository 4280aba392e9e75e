"""The verbs of indicators; the only writer of their tables."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.see.intel import decide, queries
from fenghuo.see.intel.engine import build, write_file
from fenghuo.see.intel.formats import FORMATS, Options, Problem, Row, UnreadableList
from fenghuo.see.intel.models import Feed, ImportRun, ImportState, IntelState, RefusedRow, StoredIndicator
from fenghuo.see.intel.taking import Taken, class_of, take, take_all, tlp_of

OFFICE = "office"
"""The feed of what people add by hand."""
MOST_REFUSED = 200
_CHUNK = 2000
_KEEP_ENDED = timedelta(days=30)
_KEEP_FILES = 2
_UPDATED = ("valid_from", "valid_until", "confidence", "tlp", "threat_class", "note", "confirmed_at", "changed")


def _bump() -> int:
    """The number of the change that is being made; taken first, so that changes are numbered in the order they are seen."""
    IntelState.objects.get_or_create(pk=1)
    IntelState.objects.filter(pk=1).update(version=F("version") + 1)
    return IntelState.objects.values_list("version", flat=True).get(pk=1)


@transaction.atomic
def save_feed(actor: Actor, feed: Feed) -> Feed:
    """Store a feed, new or changed. Rows that stand already keep what they got.

    Raises:
        ValidationError: a field can't be used.
    """
    fresh = feed.pk is None
    feed.created_at = feed.created_at or clock.now()
    feed.full_clean()
    feed.save()
    detail = {"tlp": feed.tlp, "confidence": feed.confidence, "expiry_days": feed.expiry_days, "origin": feed.origin}
    record(actor, "feed.added" if fresh else "feed.changed", f"feed:{feed.name}", detail)
    return feed


@transaction.atomic
def feed_of(actor: Actor, name: str) -> Feed:
    """The feed of this name, made where it is missing.

    Raises:
        ValidationError: the name can't be used.
    """
    found = Feed.objects.filter(name=name).first()
    confidence = 80 if name == OFFICE else 50
    return found or save_feed(actor, Feed(name=name, confidence=confidence))


@transaction.atomic
def add_one(actor: Actor, row: Row, feed_name: str = OFFICE) -> StoredIndicator:
    """Add one indicator, or confirm the one that stands; it counts in the matching processes within a second.

    Raises:
        normal.Refused: it is none, or one that must not be listed. ValidationError: the feed's name can't be used.
    """
    taken = take(row, queries.own_assets())
    feed = feed_of(actor, feed_name)
    changed = _bump()
    fresh = StoredIndicator(**_values(taken, feed, actor, clock.now(), changed))
    standing = StoredIndicator.objects.filter(feed=feed, digest=taken.digest).first()
    if standing is None:
        fresh.save()
        Feed.objects.filter(pk=feed.pk).update(number=F("number") + 1)
    else:
        if standing.withdrawn_at is not None:
            Feed.objects.filter(pk=feed.pk).update(number=F("number") + 1)
        for name in _UPDATED:
            setattr(standing, name, getattr(fresh, name))
        standing.withdrawn_at = None
        standing.save()
    found = standing or fresh
    detail = {
        "kind": found.kind,
        "value": found.value[:500],
        "feed": feed.name,
        "confidence": found.confidence,
        "tlp": found.tlp,
    }
    record(actor, "indicator.added" if standing is None else "indicator.confirmed", f"indicator:{found.pk}", detail)
    return found


def _values(taken: Taken, feed: Feed, actor: Actor, now: datetime, changed: int) -> dict[str, Any]:
    """The columns of a new row, by attribute."""
    row = taken.row
    return {
        "feed_id": feed.pk,
        "kind": taken.kind.value,
        "value": taken.value,
        "digest": taken.digest,
        "valid_from": row.valid_from,
        "valid_until": decide.valid_until(row.valid_until, clock.to_ns(now), feed.expiry_days),
        "confidence": feed.confidence if row.confidence is None else row.confidence,
        "tlp": tlp_of(row, feed.tlp),
        "threat_class": class_of(row, feed.threat_class),
        "note": row.note[:300],
        "added_at": now,
        "added_by": actor.name[:150],
        "confirmed_at": now,
        "withdrawn_at": None,
        "changed": changed,
    }


@transaction.atomic
def expire(actor: Actor, indicator_id: int, at: datetime | None = None, reason: str = "") -> StoredIndicator:
    """Let an indicator end now or at a moment: events from then on do not meet it, earlier ones still do.

    Raises:
        StoredIndicator.DoesNotExist.
    """
    found = StoredIndicator.objects.select_related("feed").get(pk=indicator_id)
    found.valid_until = clock.to_ns(at or clock.now())
    found.changed = _bump()
    found.save(update_fields=["valid_until", "changed"])
    detail = {"value": found.value[:500], "feed": found.feed.name, "until": found.valid_until, "reason": reason[:500]}
    record(actor, "indicator.expired", f"indicator:{found.pk}", detail)
    return found


@transaction.atomic
def withdraw(actor: Actor, indicator_id: int, reason: str) -> StoredIndicator:
    """Take an indicator out of use for good, as one that was wrong; a newer list does not bring it back.

    Raises:
        ValueError: no reason. StoredIndicator.DoesNotExist.
    """
    if not reason.strip():
        raise ValueError("reason")
    found = StoredIndicator.objects.select_related("feed").get(pk=indicator_id)
    if found.withdrawn_at is None:
        found.withdrawn_at = clock.now()
        found.changed = _bump()
        found.save(update_fields=["withdrawn_at", "changed"])
        Feed.objects.filter(pk=found.feed_id).update(number=F("number") - 1)
        detail = {"value": found.value[:500], "feed": found.feed.name, "reason": reason.strip()[:500]}
        record(actor, "indicator.withdrawn", f"indicator:{found.pk}", detail)
    return found


def import_file(
    actor: Actor,
    path: Path,
    format_name: str,
    feed: Feed,
    options: Options | None = None,
    name: str = "",
    progress: Callable[[int], object] = lambda _rows: None,
) -> ImportRun:
    """Import a list: new rows are added, those that stand are confirmed, the rest is refused by name.

    It is written in stretches, so that a million rows neither fill the memory nor keep the judge from writing; the audit
    trail has its begin and its end. `progress` is told how many rows each stretch read.

    Raises:
        KeyError: there is no such format.
    """
    read = FORMATS[format_name].read
    with transaction.atomic():
        name = (name or path.name)[:200]
        run = ImportRun.objects.create(
            feed=feed, name=name, format=format_name, by=actor.name[:150], started_at=clock.now()
        )
        record(actor, "feed.import-started", f"feed:{feed.name}", {"file": name, "format": format_name})
    before = StoredIndicator.objects.filter(feed=feed).count()
    tally = _Tally(run)
    problem = ""
    try:
        found = iter(take_all(read(path, options or Options()), queries.own_assets()))
        while stretch := list(itertools.islice(found, _CHUNK)):
            _store(actor, feed, stretch, tally)
            progress(len(stretch))
    except UnreadableList as error:
        problem = str(error)[:500]
    after = StoredIndicator.objects.filter(feed=feed).count()
    with transaction.atomic():
        run.added, run.updated = after - before, tally.taken - (after - before)
        run.refused, run.problem = dict(tally.refused), problem
        run.state = ImportState.FAILED if problem else ImportState.DONE
        run.finished_at = clock.now()
        run.save()
        number = StoredIndicator.objects.filter(feed=feed, withdrawn_at__isnull=True).count()
        Feed.objects.filter(pk=feed.pk).update(number=number, imported_at=run.finished_at)
        detail = {"file": name, "added": run.added, "updated": run.updated, "refused": run.refused, "problem": problem}
        record(actor, "feed.imported", f"feed:{feed.name}", detail)
    return run


class _Tally:
    """What an import has counted so far."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.taken = 0
        self.refused: Counter[str] = Counter()

    def kept(self, problems: Iterable[Problem]) -> list[RefusedRow]:
        """Count them; those that are kept for people to read."""
        rows = []
        for one in problems:
            self.refused[one.reason] += 1
            if self.refused[one.reason] <= MOST_REFUSED:
                rows.append(RefusedRow(run=self.run, place=one.place[:120], value=one.value, reason=one.reason))
        return rows


@transaction.atomic
def _store(actor: Actor, feed: Feed, stretch: list[Taken | Problem], tally: _Tally) -> None:
    RefusedRow.objects.bulk_create(tally.kept(one for one in stretch if isinstance(one, Problem)))
    taken = {one.digest: one for one in stretch if isinstance(one, Taken)}
    if not taken:
        return
    changed, now = _bump(), clock.now()
    _upsert([_values(one, feed, actor, now, changed) for one in taken.values()])
    tally.taken += len(taken)


def _upsert(rows: list[dict[str, Any]]) -> None:
    """Insert rows, or update those whose value stands in the feed. Plain SQL: `bulk_create` takes several times as long."""
    fields = [f for f in StoredIndicator._meta.concrete_fields if not f.primary_key]
    names = [f.attname for f in fields]
    quoted = {f.attname: connection.ops.quote_name(str(f.column)) for f in fields}
    statement = (
        f"INSERT INTO {connection.ops.quote_name(StoredIndicator._meta.db_table)} ({', '.join(quoted.values())})"  # noqa: S608 -- our own names
        f" VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT (digest, feed_id) DO UPDATE SET "
        + ", ".join(f"{quoted[name]} = excluded.{quoted[name]}" for name in _UPDATED)
    )
    moments = {name: connection.ops.adapt_datetimefield_value(rows[0][name]) for name in ("added_at", "confirmed_at")}
    for row in rows:
        row.update(moments)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[row[name] for name in names] for row in rows])


def publish() -> IntelState:
    """Build the file of all indicators that the matching processes share, and remember which state of the tables it holds.

    Rows that change while it is read carry a later number, and are told to the matching processes as changes on top of it.
    """
    version = queries.state().version
    found = build(queries.all_values(clock.to_ns(clock.now() - _KEEP_ENDED)), version)
    folder = settings().data / "intel"
    write_file(found, folder / f"{version}.bin")
    IntelState.objects.filter(pk=1).update(built=version, file=f"{version}.bin", entries=len(found))
    older = sorted((p for p in folder.glob("*.bin") if p.stem.isdigit()), key=lambda p: int(p.stem))[:-_KEEP_FILES]
    for path in older:
        path.unlink(missing_ok=True)
    return queries.state()
