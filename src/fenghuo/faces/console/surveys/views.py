"""Surveys as the office sees them: the list, a new one, its slips once, its result."""

import qrcode
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathImage

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.papers import to_xlsx
from fenghuo.base.papers.sheets import Sheet, Value
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.addresses import own_address, whole_address
from fenghuo.faces.console.performance.forms import PlainForm
from fenghuo.faces.console.performance.views import attachment
from fenghuo.faces.console.surveys.words import sentence
from fenghuo.report.surveys import actions, queries
from fenghuo.report.surveys.decide import HIDDEN_BELOW, MOST_TOKENS, SCALE, SMALL_BELOW, Refused
from fenghuo.report.surveys.models import Survey


class SurveyForm(PlainForm):
    """A new survey."""

    title = forms.CharField(label=gettext_lazy("Title of the survey"), max_length=200)
    audience = forms.CharField(label=gettext_lazy("Who is asked"), max_length=200)
    last_day = forms.DateField(
        label=pgettext_lazy("survey", "Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    introduction = forms.CharField(
        label=gettext_lazy("What is said at the beginning"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions, one a line"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "“scale: …” is answered from 1 to 5, “choice: … | one | two” by one of them, “text: …” freely and only if one likes."
        ),
    )


@requires(Permission.SEE_SURVEYS)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every survey with its size and its satisfaction."""
    rows = [(one, queries.result(one)) for one in queries.surveys()]
    values = {"rows": [(one, found, _share(found)) for one, found in rows]}
    return render(request, "surveys/list.html", values | {"may_edit": person_of(request).can(Permission.EDIT_SURVEYS)})


def _share(found: queries.Result) -> str:
    happy, total = found.satisfied
    return f"{100 * happy / total:.2f}" if total else ""


@requires(Permission.EDIT_SURVEYS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a survey."""
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write(actor_of(request), actions.Wanted(**form.cleaned_data))
            return redirect("surveys:show", made.id)
        except Refused as error:
            form.add_error("questions" if error.code in ("line", "none", "many", "scale") else None, sentence(error))
    return render(request, "surveys/form.html", {"form": form})


def _survey(survey_id: str) -> Survey:
    return object_or_404(queries.surveys(), id=survey_id)


@requires(Permission.SEE_SURVEYS)
def show(request: HttpRequest, survey_id: str) -> HttpResponse:
    """A survey with its result."""
    return _page(request, _survey(survey_id))


def _page(request: HttpRequest, survey: Survey, problem: str = "") -> HttpResponse:
    found = queries.result(survey)
    values = {
        "survey": survey,
        "result": found,
        "share": _share(found),
        "questions": [(one, _options(one)) for one in found.questions],
        "hidden_below": HIDDEN_BELOW,
        "small_below": SMALL_BELOW,
        "most": MOST_TOKENS,
        "is_open": actions.is_open_for_slips(survey),
        "may_edit": person_of(request).can(Permission.EDIT_SURVEYS),
        "own_address": own_address(request),
        "problem": problem,
    }
    return render(request, "surveys/show.html", values)


def _options(one: queries.Answered) -> list[tuple[str, int]]:
    if one.question.kind == "scale":
        return [(str(point), one.counts.get(point, 0)) for point in reversed(SCALE)]
    return [(text, one.counts.get(number, 0)) for number, text in enumerate(one.question.choices)]


@requires(Permission.EDIT_SURVEYS)
def slips(request: HttpRequest, survey_id: str) -> HttpResponse:
    """Make slips: one page to print, with a link and a QR code each. It can't be made again: only hashes are stored."""
    survey = _survey(survey_id)
    if request.method != "POST":
        return redirect("surveys:show", survey.id)
    text = request.POST.get("many", "")
    try:
        tokens = actions.give_out(actor_of(request), survey.id, int(text) if text.isdecimal() and len(text) < 6 else 0)
    except Refused as error:
        return _page(request, survey, sentence(error))
    links = [whole_address(request, reverse("survey:answer", args=[token])) for token in tokens]
    made = [(link, _qr(link)) for link in links]
    page = render_to_string("surveys/slips.html", {"survey": survey, "slips": made})
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="slips-{len(tokens)}.html"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _qr(link: str) -> SafeString:
    picture = qrcode.make(link, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    return SafeString(picture)


@requires(Permission.EDIT_SURVEYS)
@require_POST
def close(request: HttpRequest, survey_id: str) -> HttpResponse:
    """End a survey."""
    survey = _survey(survey_id)
    try:
        actions.close(actor_of(request), survey.id)
        messages.success(request, _("The survey has ended; its result stands."))
    except Refused as error:
        return _page(request, survey, sentence(error))
    return redirect("surveys:show", survey.id)


@requires(Permission.SEE_SURVEYS)
def sheet(request: HttpRequest, survey_id: str) -> HttpResponse:
    """The sums as xlsx: sample, questions, options, counts."""
    survey = _survey(survey_id)
    found = queries.result(survey)
    rows: list[tuple[Value, ...]] = []
    for one in found.questions:
        rows += [(one.question.number, one.question.text, option, count) for option, count in _options(one)]
    sample: list[tuple[Value, ...]] = [
        (_("Slips"), found.given_out),
        (pgettext("survey", "Answers"), found.answers),
        (_("Satisfied, in percent"), _share(found)),
    ]
    made = [
        Sheet(pgettext("survey", "Sample"), [pgettext("survey", "What"), pgettext("survey", "Number")], sample),
        Sheet(
            _("Sums"),
            [pgettext("survey", "Number"), _("Question"), pgettext("survey", "Answer"), _("Count")],
            [] if found.hidden else rows,
        ),
    ]
    return attachment(to_xlsx(made), "survey.xlsx")
