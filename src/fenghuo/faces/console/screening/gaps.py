"""Every gap in the availability of a site, a year at a time: what a report of the year has to account for."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.base.units.models import Asset
from fenghuo.base.units.queries import assets_visible_to
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.pages import csv_response
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.screening.uptime import KINDS
from fenghuo.see.screening import availability
from fenghuo.see.screening.queries import watched_since


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap in words, its times in the office's zone."""

    begins: datetime
    ends: datetime
    seconds: float
    kind: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Year:
    """The year that is asked for, those that one can ask for, its bounds up to now, and since when the site is watched."""

    year: int
    years: tuple[int, ...]
    begins: datetime
    ends: datetime
    since: datetime | None


@requires(Permission.SEE_SCREENING)
def list_all(request: HttpRequest, asset_id: int) -> HttpResponse:
    """The gaps of a site that touch a year, the youngest first."""
    asset, asked = _asked(request, asset_id)
    sums = availability.sums_of([asset.pk], asked.begins, asked.ends)[asset.pk]
    lines = _lines(asset, asked)
    values = {"asset": asset, "year": asked.year, "years": asked.years, "sums": sums, "lines": lines}
    return page(request, "gaps", "uptime", {**values, "watched": sums.percent is not None, "since": asked.since})


@requires(Permission.SEE_SCREENING)
def export(request: HttpRequest, asset_id: int) -> StreamingHttpResponse:
    """The same as a file."""
    asset, asked = _asked(request, asset_id)
    record(actor_of(request), "gaps.exported", f"asset:{asset.pk}", {"year": asked.year})
    columns = {
        "begins": _("From"),
        "ends": pgettext("moment", "Until"),
        "seconds": _("Seconds"),
        "word": _("State"),
        "reason": pgettext("screening", "Reason"),
    }
    rows = ({name: getattr(line, name) for name in columns} for line in _lines(asset, asked))
    return csv_response(f"gaps-{asset.pk}-{asked.year}", columns, rows)


def _asked(request: HttpRequest, asset_id: int) -> tuple[Asset, _Year]:
    asset = object_or_404(assets_visible_to(person_of(request)), id=asset_id)
    zone, now = ZoneInfo(settings().time_zone), clock.now()
    present, first = now.astimezone(zone).year, watched_since(asset.pk)
    years = tuple(range(present, (first.astimezone(zone).year if first else present) - 1, -1))
    text = request.GET.get("year") or str(present)
    year = int(text) if text.isascii() and text.isdigit() else 0
    if year not in years:
        raise Http404
    begins = datetime(year, 1, 1, tzinfo=zone)
    ends = min(datetime(year + 1, 1, 1, tzinfo=zone), now.astimezone(zone))
    return asset, _Year(year, years, begins, ends, first if first and first > begins else None)


def _lines(asset: Asset, asked: _Year) -> list[GapLine]:
    """The gaps; one that reaches over the turn of the year stands in both with its whole length."""
    zone = asked.begins.tzinfo
    spans = availability.spans_of([asset.pk], asked.begins, asked.ends).get(asset.pk, [])
    return [
        GapLine(
            gap.begins.astimezone(zone),
            gap.ends.astimezone(zone),
            (gap.ends - gap.begins).total_seconds(),
            KINDS[gap.state].value,
            words.up_word(gap.state),
            words.stage_word(gap.stage),
        )
        for gap in availability.gaps(spans, asked.ends)
    ]
