"""Pages behind the home pages: which are known, whose turn it is, and what a tour of them brought. Part of this room's `actions`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from fenghuo.base.units.models import Asset
from fenghuo.see.screening import ledger
from fenghuo.see.screening.checks.learning import Learning
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import AFTER_FAILURE, BETWEEN_PASSES, FindingState
from fenghuo.see.screening.facts import Facts, Failure, Page, Why, needs
from fenghuo.see.screening.facts.site import Rota
from fenghuo.see.screening.facts.stored import OtherForm, value_from_json, value_to_json
from fenghuo.see.screening.fetch.tour import Plan, Step, is_watched
from fenghuo.see.screening.models import KnownPage, SiteState, StoredFinding
from fenghuo.see.screening.rota import FORGOTTEN_AFTER, MOST_KNOWN, TOUR_EVERY, Candidate
from fenghuo.see.screening.scopes import WATCHES_PAGES

_OPEN = (FindingState.OPEN, FindingState.PASSED_ONCE)
_SPARE = timedelta(hours=1)
_MOST_FIRST = 8
"""Pages that a visit takes for the sake of open findings; two turns are left for others."""


def plan_of(asset: Asset, now: datetime) -> Plan:
    """What a tour has to know. Within a day of the last whole one it is about pages with open findings only."""
    state = SiteState.objects.filter(asset=asset).first()
    toured = state.toured_at if state is not None else None
    learning = ledger.learning_of(state) if state is not None else None
    known = KnownPage.objects.filter(asset=asset).values_list("place", "level", "tried_at", "first_at")
    found: dict[str, set[str]] = defaultdict(set)
    still = StoredFinding.objects.filter(asset=asset, check_id__in=WATCHES_PAGES, state__in=_OPEN).exclude(place="")
    for place, check in still.values_list("place", "check_id"):
        found[place].add(check)
    return Plan(
        known=tuple(Candidate(*row) for row in known if is_watched(row[0])),
        open={place: frozenset(checks) for place, checks in found.items()},
        only_open=toured is not None and now - toured < TOUR_EVERY - _SPARE,
        baseline=learning.fact if learning is not None else Failure(Why.STILL_LEARNING),
        usual=_usual_of(asset),
    )


def _usual_of(asset: Asset) -> Mapping[str, Learning]:
    rows = KnownPage.objects.filter(asset=asset).exclude(learning="").values_list("place", "learning")
    found: dict[str, Learning] = {}
    for place, text in rows:
        try:
            found[place] = value_from_json(Learning, text)
        except OtherForm:
            continue  # of an older version: it is learned anew
    return found


@transaction.atomic
def record_step(asset: Asset, step: Step) -> ledger.Recorded:
    """Take up what came of one page of a tour."""
    _list(asset, step.links, step.at)
    if not step.place:
        return ledger.Recorded((), ())
    row, _fresh = KnownPage.objects.get_or_create(
        asset=asset,
        place=step.place,
        defaults={"level": step.level, "first_at": step.at, "listed_at": step.at},
    )
    row.tried_at, row.reason = step.at, step.missing.why if step.missing is not None else ""
    if step.missing is None:
        row.seen_at, row.title = step.at, step.title[:200]
        row.learning = value_to_json(step.learning) if step.learning is not None else ""
    row.save()
    return ledger.record_page(asset, step.place, step.verdicts)


def _list(asset: Asset, links: Mapping[str, int], at: datetime) -> None:
    """Note links that were seen: new pages become known, up to the most that are kept."""
    known = set(KnownPage.objects.filter(asset=asset).values_list("place", flat=True))
    KnownPage.objects.filter(asset=asset, place__in=[p for p in links if p in known]).update(listed_at=at)
    nearer = [place for place, level in links.items() if level == 1 and place in known]
    KnownPage.objects.filter(asset=asset, place__in=nearer, level__gt=1).update(level=1)
    room = max(0, MOST_KNOWN - len(known))
    fresh = [place for place in links if place not in known][:room]
    rows = [KnownPage(asset=asset, place=p, level=links[p], first_at=at, listed_at=at) for p in fresh]
    KnownPage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


@transaction.atomic
def finish(asset: Asset, now: datetime, came: bool, whole: bool) -> None:
    """A tour is over: note when the next is due, and forget pages to which nothing has linked for long.

    Args:
        came: whether the home page came. whole: whether it went through all pages that were due, not only those with something open.
    """
    state = SiteState.objects.select_for_update().filter(asset=asset).first()
    if state is None:
        return
    if came and whole:
        state.toured_at = now
    next_at = (state.toured_at or now) + TOUR_EVERY if came else now + min(AFTER_FAILURE)
    waiting = StoredFinding.objects.filter(asset=asset, state=FindingState.PASSED_ONCE).exclude(place="")
    if came and waiting.exists():
        next_at = min(next_at, now + BETWEEN_PASSES + timedelta(minutes=1))
    state.next_tour_at = next_at
    state.save(update_fields=["toured_at", "next_tour_at"])
    kept = StoredFinding.objects.filter(asset=asset, state__in=_OPEN).exclude(place="").values("place")
    KnownPage.objects.filter(asset=asset, listed_at__lt=now - FORGOTTEN_AFTER).exclude(place__in=kept).delete()


def tours_due(numbers: Iterable[int], now: datetime) -> list[int]:
    """Those of these assets whose tour is due, the longest waiting first."""
    rows = SiteState.objects.filter(asset_id__in=list(numbers)).values_list("asset_id", "next_tour_at")
    due = [(when.timestamp() if when else 0.0, number) for number, when in rows if when is None or when <= now]
    return [number for _when, number in sorted(due)]


@transaction.atomic
def note_visited(asset: Asset, facts: Facts) -> None:
    """Note which pages a visit looked at, so that the next one takes others."""
    home, pages = facts.find(needs.HOME), facts.find(needs.PAGES)
    if isinstance(pages, Failure) or not isinstance(home, Page):
        return
    places = [place for url in pages.pages if 1 < len(place := place_of(url)) <= 300]
    _list(asset, dict.fromkeys(places, 2), facts.at)
    KnownPage.objects.filter(asset=asset, place__in=places).update(visited_at=facts.at)


def rota_of(asset: Asset) -> Rota:
    """Whose turn it is in a visit: what open findings of its pages name, then what was visited longest ago."""
    rows = KnownPage.objects.filter(asset=asset).exclude(visited_at=None).values_list("place", "visited_at")
    seen = {place: at.timestamp() for place, at in rows if at is not None}
    open_ones = StoredFinding.objects.filter(asset=asset, state__in=_OPEN, check_id__in=_page_checks())
    named = "\n".join(
        f"{locus}\n{place}\n{told}" for locus, place, told in open_ones.values_list("locus", "place", "evidence")
    )
    first = [place for place in seen if place.partition("?")[0] != "/" and place.partition("?")[0] in named]
    return Rota(tuple(sorted(first, key=lambda place: (-len(place), place))[:_MOST_FIRST]), seen)


def _page_checks() -> list[str]:
    return [check.id for check in all_checks().values() if needs.PAGES in {*check.needs, *check.uses}]
