"""Pictures of pages at a finding and before it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import object_or_404, person_of, requires
from fenghuo.see.screening import queries, words
from fenghuo.see.screening.fetch.chromium import NoPicture
from fenghuo.see.screening.models import Shot, StoredFinding


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page: 0 where there is none, and why not."""

    number: int
    title: str
    at: datetime | None
    sha256: str
    missing: str


def of_finding(finding: StoredFinding) -> list[Shown]:
    """Before and at the finding; [] where nothing was to be pictured."""
    shot = queries.pictures_of([finding.id]).get(finding.id)
    if shot is None:
        return []
    missing = (
        _("Only home pages are pictured while nothing is wrong.") if finding.place else _("None was taken before it.")
    )
    before = _shown(shot.before, _("Before")) if shot.before else Shown(0, _("Before"), None, "", missing)
    return [before, _shown(shot, _("At the finding"))]


def _shown(shot: Shot, title: str) -> Shown:
    if not shot.sha256:
        return Shown(0, title, shot.at, "", _(words.NO_PICTURE[NoPicture(shot.reason)]))
    return Shown(shot.pk, title, shot.at, shot.sha256, "")


@requires(Permission.SEE_SCREENING)
@require_safe
def image(request: HttpRequest, shot_id: int) -> HttpResponse:
    """One picture; it never changes."""
    shot = object_or_404(queries.shots_visible_to(person_of(request)), id=shot_id)
    answer = HttpResponse(bytes(shot.image or b""), content_type="image/png")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
