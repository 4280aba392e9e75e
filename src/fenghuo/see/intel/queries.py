"""What others ask of indicators."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from fenghuo.base.common import clock
from fenghuo.base.units.models import Asset
from fenghuo.see.intel import normal
from fenghuo.see.intel.guard import OwnAssets
from fenghuo.see.intel.models import Feed, ImportRun, IntelState, StoredIndicator
from fenghuo.see.intel.taking import digest_of
from fenghuo.see.intel.values import ALWAYS, FOREVER, Indicator, Kind, Tlp

STATES = ("valid", "expired", "withdrawn")
_AT_ONCE = 5000


def state() -> IntelState:
    """The state of the tables and of the file; version 0 before the first indicator."""
    return IntelState.objects.filter(pk=1).first() or IntelState(pk=1)


def own_assets() -> OwnAssets:
    """What must never be listed."""
    return OwnAssets(Asset.objects.values_list("value", flat=True))


def indicators(
    search: str = "", kind: str = "", feed: str = "", tlp: str = "", state: str = ""
) -> QuerySet[StoredIndicator]:
    """Indicators by what the reader asks for.

    `search`: a value in any form that an import takes (defanged too) finds that value; anything else is looked for
    inside values and notes.
    """
    found = StoredIndicator.objects.select_related("feed")
    if kind:
        found = found.filter(kind=kind)
    if feed:
        found = found.filter(feed__name=feed)
    if tlp:
        found = found.filter(tlp=tlp)
    now = clock.now_ns()
    if state == "withdrawn":
        found = found.filter(withdrawn_at__isnull=False)
    elif state == "expired":
        found = found.filter(withdrawn_at__isnull=True, valid_until__lte=now)
    elif state == "valid":
        found = found.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), withdrawn_at__isnull=True)
    search = search.strip()
    if not search:
        return found
    exact = _exact(search)
    if exact and found.filter(digest=exact).exists():
        return found.filter(digest=exact)
    text = normal.refanged(search).lower()
    return found.filter(Q(value__contains=text) | Q(note__icontains=search))


def _exact(search: str) -> str:
    try:
        kind, value = normal.normalise(search)
    except normal.Refused:
        return ""
    return digest_of(kind.value, value)


def of_value(text: str, feed: str = "") -> QuerySet[StoredIndicator]:
    """The indicators of this value, of one feed or of all.

    Raises:
        normal.Refused: the text is no indicator.
    """
    kind, value = normal.normalise(text)
    found = StoredIndicator.objects.select_related("feed").filter(digest=digest_of(kind.value, value))
    return found.filter(feed__name=feed) if feed else found


def of_value_and_kind(row: StoredIndicator) -> QuerySet[StoredIndicator]:
    """Every feed's indicator of the same kind and value."""
    return StoredIndicator.objects.select_related("feed").filter(digest=row.digest)


def feeds() -> QuerySet[Feed]:
    """Every feed, by name."""
    return Feed.objects.all()


def imports() -> QuerySet[ImportRun]:
    """Imports, the latest first."""
    return ImportRun.objects.select_related("feed")


def as_value(row: StoredIndicator) -> Indicator:
    """The row as the engine compares it."""
    return Indicator(
        row.pk,
        Kind(row.kind),
        row.value,
        row.feed.name,
        ALWAYS if row.valid_from is None else row.valid_from,
        FOREVER if row.valid_until is None else row.valid_until,
        row.confidence,
        Tlp(row.tlp),
        row.threat_class,
    )


def changed_since(version: int) -> QuerySet[StoredIndicator]:
    """Rows that were changed after a state of the tables, withdrawn ones too."""
    return StoredIndicator.objects.select_related("feed").filter(changed__gt=version)


def all_values(not_ended_before: int) -> Iterator[Indicator]:
    """Every indicator that is not withdrawn and not over since `not_ended_before` (nanoseconds), read in stretches."""
    names = dict(Feed.objects.values_list("pk", "name"))
    kinds, tlps = {k.value: k for k in Kind}, {t.value: t for t in Tlp}
    fields = ("pk", "kind", "value", "feed_id", "valid_from", "valid_until", "confidence", "tlp", "threat_class")
    last = 0
    while True:
        rows: list[tuple[Any, ...]] = list(
            StoredIndicator.objects.filter(pk__gt=last, withdrawn_at__isnull=True)
            .order_by("pk")
            .values_list(*fields)[:_AT_ONCE]
        )
        for pk, kind, value, feed, since, until, confidence, tlp, threat_class in rows:
            end = FOREVER if until is None else until
            if end > not_ended_before:
                name = names.get(feed) or Feed.objects.get(pk=feed).name
                begin = ALWAYS if since is None else since
                yield Indicator(pk, kinds[kind], value, name, begin, end, confidence, tlps[tlp], threat_class)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1][0]
