"""Quizzes as the office sees them: a new one, and its slips, which are printed once."""

import qrcode
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from qrcode.image.svg import SvgPathImage

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.addresses import whole_address
from fenghuo.faces.console.training.forms import QuizChangeForm, QuizForm
from fenghuo.faces.console.training.views import session_of
from fenghuo.faces.console.training.words import sentence
from fenghuo.report.training import queries, quizzes
from fenghuo.report.training.decide import Refused
from fenghuo.report.training.models import TrainingSession
from fenghuo.report.training.quiz_models import Quiz, QuizSlip

_FIELDS = {"questions": "questions", "pass": "pass_points", "tries": "tries", "window": "closes_at"}


@requires(Permission.EDIT_TRAINING)
def new(request: HttpRequest, session_id: str) -> HttpResponse:
    """Make the quiz of a session."""
    session = session_of(request, session_id)
    form = QuizForm(session.course, request.POST or None, initial={"opens_at": clock.now()})
    if request.method == "POST" and form.is_valid():
        try:
            quizzes.make(actor_of(request), session.id, form.wanted())
            return redirect("training:session", session.id)
        except Refused as error:
            form.add_error(_FIELDS.get(error.code), sentence(error))
    title = _("New quiz of “%(course)s”") % {"course": session.course.title}
    values = {"form": form, "title": title, "session": session, "here": "sessions"}
    return render(request, "training/form.html", values)


@requires(Permission.EDIT_TRAINING)
def change(request: HttpRequest, session_id: str) -> HttpResponse:
    """Change the quiz of a session; after slips were given out only its end, to a later one."""
    session = session_of(request, session_id)
    quiz = Quiz.objects.filter(session=session).first()
    if quiz is None:
        return redirect("training:new-quiz", session.id)
    form = QuizChangeForm(quiz, quiz.slips.exists(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            quizzes.change(actor_of(request), quiz.id, form.wanted())
            return redirect("training:session", session.id)
        except Refused as error:
            form.add_error(_FIELDS.get(error.code, "closes_at"), sentence(error))
    values = {"form": form, "title": _("Change the quiz"), "session": session, "here": "sessions"}
    return render(request, "training/form.html", values)


@requires(Permission.EDIT_TRAINING)
@require_POST
def slips(request: HttpRequest, session_id: str) -> HttpResponse:
    """Make the slips of those who have none: one page to print. It can't be made again: only hashes are stored."""
    session = session_of(request, session_id)
    quiz = Quiz.objects.filter(session=session).first()
    if quiz is None:
        messages.error(request, _("Make the quiz first."))
        return redirect("training:session", session.id)
    return _printed(request, quiz, ())


@requires(Permission.EDIT_TRAINING)
@require_POST
def anew(request: HttpRequest, participant_id: int) -> HttpResponse:
    """Another slip for one who lost theirs; the old link opens nothing more."""
    row = object_or_404(queries.participants_visible_to(person_of(request)), id=participant_id)
    quiz = Quiz.objects.filter(session_id=row.session_id).first()
    if quiz is None:
        messages.error(request, _("Make the quiz first."))
        return redirect("training:session", row.session_id)
    return _printed(request, quiz, (row.pk,))


def _printed(request: HttpRequest, quiz: Quiz, again: tuple[int, ...]) -> HttpResponse:
    try:
        made = quizzes.give_out(actor_of(request), quiz.id, again)
    except Refused as error:
        messages.error(request, sentence(error))
        return redirect("training:session", quiz.session_id)
    session = TrainingSession.objects.select_related("course").get(id=quiz.session_id)
    values = {"session": session, "quiz": quiz, "slips": [_slip(request, slip, token) for slip, token in made]}
    page = render_to_string("training/slips.html", values)
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="quiz-slips-{len(made)}.html"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _slip(request: HttpRequest, slip: QuizSlip, token: str) -> tuple[QuizSlip, str, SafeString]:
    link = whole_address(request, reverse("quiz:answer", args=[token]))
    picture = qrcode.make(link, image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    return slip, link, SafeString(picture)
