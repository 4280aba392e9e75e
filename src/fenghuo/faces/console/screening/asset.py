"""One asset: its verdicts now and over time, open findings, availability, and what its unit can ask for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import assets_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.board import in_order_of_checks, line_of
from fenghuo.faces.console.screening.entry import MaintenanceForm
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.screening.rows import OPEN, shown
from fenghuo.faces.console.values import LedgerOutcome
from fenghuo.see.screening import actions, availability, ledger, queries, watching
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.facts.stored import OtherForm
from fenghuo.see.screening.models import Authorisation, Maintenance, SiteState, UpSpan, VerdictSpan
from fenghuo.see.screening.register import checks_for

_QUIET = {LedgerOutcome.PASS.value, LedgerOutcome.NOT_APPLICABLE.value}
"""Results that need nobody: folded, so that the others are seen."""
_DAYS = 90
_MONTHS = 12
_GAPS = 60
_HISTORY = 50
_PAGES = 100
_WATCHING = ("tampered-page", "foreign-scripts", "hijacked-title")
"""Checks that compare a home page with what was learned of it."""
_HEIGHT, _THINNEST = 32, 5.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the bars: where it stands, its shares from the bottom up as (how it is drawn, y, height), and its words."""

    x: int
    shares: Sequence[tuple[str, float, float]]
    text: str


@requires(Permission.SEE_SCREENING)
def show(request: HttpRequest, asset_id: int) -> HttpResponse:
    """One asset."""
    asset = object_or_404(assets_visible_to(person_of(request)), id=asset_id)
    return _shown(request, asset)


def _shown(request: HttpRequest, asset: Asset, form: MaintenanceForm | None = None) -> HttpResponse:
    person, now = person_of(request), clock.now()
    findings = queries.findings_visible_to(person).filter(asset=asset, state__in=OPEN).order_by("due_at", "id")
    cells = queries.cells_visible_to(person, ledger.month_of(now)).filter(asset_id=asset.pk)
    state = SiteState.objects.filter(asset=asset).first()
    given = _in_force(asset, now)
    lines = [line_of(cell) for cell in in_order_of_checks(cells)]
    quiet = [line for line in lines if line.outcome in _QUIET]
    values = {
        "asset": asset,
        "month": ledger.month_of(now),
        "loud": [line for line in lines if line.outcome not in _QUIET],
        "quiet": quiet,
        "quiet_sum": sorted(Counter(line.outcome for line in quiet).items(), reverse=True),
        "concerned": bool(checks_for(asset.kind)),
        "rows": shown(findings),
        "state": state,
        "given": given,
        "classes": [words.class_word(name) for name in given.classes] if given else [],
        "history": _history(asset, request.GET.get("check", "")),
        "may_ask": person.can(Permission.ASK_RETEST),
        "may_consent": person.can(Permission.GIVE_CONSENT),
        "watched_finding": findings.filter(check_id__in=_WATCHING).exists(),
        "learned": bool(state and state.learning),
        "maintenances": Maintenance.objects.filter(asset=asset, ends__gt=now).order_by("begins"),
        "maintenance": form or MaintenanceForm(),
        **_availability(asset, now),
        **_pages(asset, state, now),
    }
    return page(request, "asset", "coverage", values)


def _in_force(asset: Asset, now: datetime) -> Authorisation | None:
    """The authorisation from which the permit is made now."""
    rows = Authorisation.objects.filter(asset=asset, withdrawn_at=None, begins__lte=now, ends__gt=now)
    return rows.order_by("-work_order").first()


def _history(asset: Asset, check_id: str) -> dict[str, object] | None:
    """How a check's verdict went over time, youngest first."""
    if not check_id:
        return None
    spans = VerdictSpan.objects.filter(asset=asset, check_id=check_id)[:_HISTORY]
    rows = [
        (span, words.verdict_word(span.verdict), words.reason_word(span.reason), span.verdict.replace("-", "_"))
        for span in spans
    ]
    return {"title": words.check_title(check_id), "rows": rows, "check": check_id}


def _availability(asset: Asset, now: datetime) -> dict[str, object]:
    """What the page says of availability."""
    if asset.kind not in availability.WATCHED_KINDS:
        return {"watched": False}
    year = now - timedelta(days=366)
    spans = availability.spans_of([asset.pk], year, now).get(asset.pk, [])
    recent = [span for span in spans if span.ends > now - timedelta(days=_DAYS)]
    gaps = availability.gaps(recent, now)
    zone = ZoneInfo(settings().time_zone)
    january = now.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    stands = availability.now_of(spans, now)
    return {
        "watched": True,
        "up": stands,
        "up_word": words.up_word(stands.state) if stands else "",
        "bars": _bars(spans, now),
        "bars_width": _DAYS * 7,
        "first": spans[0].begins if spans else None,
        "months": [(name, one) for name, one in availability.months(spans, now, _MONTHS) if one.up or one.down],
        "year": availability.over(spans, january, now) if spans else None,
        "year_name": january.year,
        "gaps": [_gap(gap) for gap in gaps[:_GAPS]],
        "more_gaps": max(0, len(gaps) - _GAPS),
        "interval": availability.watch_intervals(now).get(asset.pk),
    }


def _pages(asset: Asset, state: SiteState | None, now: datetime) -> dict[str, object]:
    """What the page says of the pages behind the home page."""
    rows = queries.pages_of(asset)
    return {
        "page_coverage": queries.coverage_of(rows, now, state.toured_at if state else None),
        "pages": [(row, words.reason_word(row.reason)) for row in rows[:_PAGES]],
        "more_pages": max(0, len(rows) - _PAGES),
    }


def _gap(gap: availability.Gap) -> tuple[availability.Gap, str, str, float]:
    """A gap with its words and its length in seconds."""
    return gap, words.up_word(gap.state), words.stage_word(gap.stage), (gap.ends - gap.begins).total_seconds()


def _bars(spans: Sequence[UpSpan], now: datetime) -> list[Bar]:
    return [_bar(place, day) for place, day in enumerate(availability.days(spans, now, _DAYS))]


def _bar(place: int, day: availability.Day) -> Bar:
    """A day as a bar of its shares; a time without an answer is never too thin to be seen."""
    found = day.uptime
    amounts = {"unwatched": found.unwatched, "maintenance": found.maintenance, "up": found.up, "down": found.down}
    total = sum(amounts.values()) or 1.0
    heights = {kind: _HEIGHT * amount / total for kind, amount in amounts.items() if amount > 0}
    if "down" in heights:
        more = max(0.0, _THINNEST - heights["down"])
        largest = max(heights, key=lambda kind: heights[kind])
        heights["down"] += more
        heights[largest] -= more
    shares, top = [], float(_HEIGHT)
    for kind, height in heights.items():
        top -= height
        shares.append((kind, round(top, 2), round(height, 2)))
    told = f"{found.percent:.2f} %" if found.percent is not None else words.up_word(Up.UNWATCHED)
    return Bar(place * 7, shares, f"{day.day:%Y-%m-%d}: {told}")


@requires(Permission.ASK_RETEST)
@require_POST
def visit(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Test my site now."""
    asset = object_or_404(assets_visible_to(person_of(request)), id=asset_id)
    try:
        actions.visit_now(actor_of(request), asset)
    except actions.CannotDo as error:
        messages.error(request, words.said(error))
    else:
        messages.success(
            request, _("It is due now; results stand here as soon as the visit is over, mostly within minutes.")
        )
    return redirect("screening:asset", asset.pk)


@requires(Permission.ASK_RETEST)
@require_POST
def maintain(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Announce a time in which the site may be down."""
    asset = object_or_404(assets_visible_to(person_of(request)), id=asset_id)
    form = MaintenanceForm(request.POST)
    if not form.is_valid():
        return _shown(request, asset, form)
    asked = form.cleaned_data
    try:
        watching.maintain(actor_of(request), asset, asked["begins"], asked["ends"], asked["reason"])
    except actions.CannotDo as error:
        form.add_error("ends" if error.code == "time" else "reason", words.said(error))
        return _shown(request, asset, form)
    messages.success(request, _("Announced: the site is not counted as down in that time."))
    return redirect("screening:asset", asset.pk)


@requires(Permission.ASK_RETEST)
@require_POST
def ours(request: HttpRequest, asset_id: int) -> HttpResponse:
    """This change was ours: the home page as it is now is the usual one."""
    asset = object_or_404(assets_visible_to(person_of(request)), id=asset_id)
    try:
        ledger.confirm_change(actor_of(request), asset)
    except (actions.CannotDo, OtherForm):
        messages.error(request, _("No home page of this asset is known yet: it has to be visited first."))
    else:
        messages.success(request, _("Taken: from the next visit on the page is compared with how it is now."))
    return redirect("screening:asset", asset.pk)
