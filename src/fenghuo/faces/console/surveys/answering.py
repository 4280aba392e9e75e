"""The page behind a slip: no account, no script, no cookie needed but that of the form. GET uses nothing up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fenghuo.faces.console.surveys.words import sentence
from fenghuo.report.surveys import actions, queries
from fenghuo.report.surveys.decide import SCALE, Refused
from fenghuo.report.surveys.models import Question


def show(request: HttpRequest, token: str) -> HttpResponse:
    """The questions; POST answers them."""
    slip = queries.by_token(token)
    if slip is None:
        raise Http404
    given = {int(key[1:]): str(value) for key, value in request.POST.items() if key[:1] == "q" and key[1:].isdecimal()}
    problem, done = "", False
    if request.method == "POST":
        try:
            actions.answer(token, given)
            done = True
        except Refused as error:
            problem = sentence(error)
    survey = slip.survey
    over = not actions.is_open_for_slips(survey) or (slip.used and not done)
    values = {
        "survey": survey,
        "done": done,
        "over": over and not done,
        "used": slip.used,
        "problem": problem,
        "questions": [(one, _options(one), given.get(one.number, "")) for one in survey.questions.all()],
    }
    # Refused or not, the status is 200: the server's log names the address of every other, and on this one stands the slip.
    answer = render(request, "surveys/answer.html", values)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _options(question: Question) -> list[tuple[str, str]]:
    if question.kind == "scale":
        return [(str(point), str(point)) for point in reversed(SCALE)]
    return [(str(number), text) for number, text in enumerate(question.choices)]
