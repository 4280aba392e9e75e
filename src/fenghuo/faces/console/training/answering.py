"""The page behind a slip of a quiz: no account, no script, no cookie. GET uses no try up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt

from fenghuo.base.common import clock
from fenghuo.faces.console.training.words import sentence
from fenghuo.report.training import queries, quizzes
from fenghuo.report.training.decide import Kind, Refused, is_over
from fenghuo.report.training.queries import Shown
from fenghuo.report.training.quiz_models import QuizSlip

Chosen = dict[int, list[int]]


# Whoever has the link may answer, so that a second secret in a cookie would add nothing; and Django's log names the address of a
# form that came without its cookie, on which the slip stands.
@csrf_exempt
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, or the result; POST is one try."""
    slip = queries.by_token(token)
    if slip is None:
        raise Http404
    given, problem, tried = _given(request), "", None
    if request.method == "POST":
        number = request.POST.get("try", "")
        try:
            tried = quizzes.answer(token, int(number) if number.isdecimal() and len(number) < 3 else 0, given)
        except Refused as error:
            problem = sentence(Refused(error.code, _seen(slip, error.detail)))
        slip = queries.by_token(token) or slip
    # Refused or not, the status is 200: the server's log names the address of every other, and on this one stands the slip.
    answer = render(request, "training/quiz.html", _values(slip, given, problem, tried))
    answer["Cache-Control"] = "private, no-store"
    return answer


def _seen(slip: QuizSlip, detail: str) -> str:
    """The number under which a person sees a question, of its number on the paper."""
    places = {str(one.number): str(place) for place, one in enumerate(queries.paper_of(slip), 1)}
    return places.get(detail, detail)


def _given(request: HttpRequest) -> Chosen:
    found: Chosen = {}
    for key in request.POST:
        if key[:1] == "q" and key[1:].isdecimal() and len(key) < 5:
            texts = request.POST.getlist(key)[:20]
            found[int(key[1:])] = [int(text) if text.isdecimal() and len(text) < 3 else -1 for text in texts]
    return found


def _values(slip: QuizSlip, given: Chosen, problem: str, tried: quizzes.Tried | None) -> dict[str, object]:
    quiz, now = slip.quiz, clock.now()
    used_up = is_over(slip.tries, quiz.tries, slip.passed)
    early, closed = now < quiz.opens_at, now >= quiz.closes_at
    # The right answers are shown when they help nobody any more on this slip.
    over = used_up or closed
    paper = [] if early else queries.paper_of(slip)
    return {
        "course": quiz.session.course,
        "quiz": quiz,
        "slip": slip,
        "whole": sum(one.points for one in quiz.questions.all()),
        "tried": tried,
        "problem": problem,
        "early": early,
        "closed": closed,
        "over": over,
        "left": quiz.tries - slip.tries,
        "number": slip.tries + 1,
        "questions": [(place, one, _choices(one, given if not tried else {})) for place, one in enumerate(paper, 1)]
        if not over
        else [],
        "solved": [
            (place, one, _right(one), tried is None or one.number in tried.marked.right)
            for place, one in enumerate(paper, 1)
        ]
        if over
        else [],
    }


def _text(one: Shown, place: int, text: str) -> str:
    if one.asked.kind is Kind.JUDGE:
        return pgettext("quiz", "true") if place == 0 else pgettext("quiz", "false")
    return text


def _choices(one: Shown, given: Chosen) -> list[tuple[int, str, bool]]:
    """(value, text, whether it is chosen) in the order of the person."""
    return [(place, _text(one, place, text), place in given.get(one.number, ())) for place, text in one.choices]


def _right(one: Shown) -> list[str]:
    return [_text(one, place, text) for place, text in one.choices if place in one.asked.right]
