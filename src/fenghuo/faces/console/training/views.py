"""Sessions: the list, a new one, one with its participants, a sheet of them in and out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.office import today
from fenghuo.base.papers import Sheet, to_xlsx
from fenghuo.base.papers.taken import MOST_BYTES, BadSheet
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.addresses import own_address
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.performance.views import attachment
from fenghuo.faces.console.training.forms import ParticipantForm, SessionForm, SheetForm
from fenghuo.faces.console.training.words import SESSION_KIND, paper_state, sentence
from fenghuo.report.training import actions, participant_sheet, queries
from fenghuo.report.training.certificates import candidates
from fenghuo.report.training.decide import Refused, State, Verb
from fenghuo.report.training.models import Attendance, TrainingSession
from fenghuo.report.training.quiz_models import Quiz

_VERBS = {verb.value: verb for verb in Verb}


def session_of(request: HttpRequest, session_id: str) -> TrainingSession:
    """The session, for who may see it.

    Raises:
        Http404: there is none.
    """
    return object_or_404(queries.sessions_visible_to(person_of(request)), id=session_id)


@requires(Permission.SEE_TRAINING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every session, the latest day first."""
    person = person_of(request)
    page = list_page(request, queries.sessions_visible_to(person), ("-on", "id"))
    counts = queries.counts(page.rows)
    values = {
        "page": page,
        "rows": [(one, counts[one.id], SESSION_KIND[one.state]) for one in page.rows],
        "may_edit": person.can(Permission.EDIT_TRAINING),
        "here": "sessions",
    }
    return render(request, "training/list.html", values)


@requires(Permission.EDIT_TRAINING)
def new(request: HttpRequest, course_id: str) -> HttpResponse:
    """Plan a session of a course."""
    course = object_or_404(queries.courses(), id=course_id)
    form = SessionForm(person_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan(actor_of(request), course.id, form.wanted())
            return redirect("training:session", made.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    title = _("New session of “%(course)s”") % {"course": course.title}
    return render(request, "training/form.html", {"form": form, "title": title, "course": course, "here": "courses"})


@requires(Permission.EDIT_TRAINING)
def change(request: HttpRequest, session_id: str) -> HttpResponse:
    """Change a session that is planned."""
    session = session_of(request, session_id)
    names = ("on", "online", "place", "lecturer")
    initial = {**{name: getattr(session, name) for name in names}, "units": session.units.all()}
    form = SessionForm(person_of(request), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_session(actor_of(request), session.id, form.wanted())
            return redirect("training:session", session.id)
        except Refused as error:
            form.add_error("units" if error.code == "listed" else None, sentence(error))
    values = {"form": form, "title": _("Change the session"), "session": session, "here": "sessions"}
    return render(request, "training/form.html", values)


@requires(Permission.SEE_TRAINING)
def show(request: HttpRequest, session_id: str) -> HttpResponse:
    """A session with who came, its quiz and its certificates."""
    return page_of(request, session_of(request, session_id))


def page_of(request: HttpRequest, session: TrainingSession, form: ParticipantForm | None = None) -> HttpResponse:
    """The page of a session."""
    person = person_of(request)
    people = list(queries.participants_visible_to(person).filter(session=session))
    issued = queries.certificates_visible_to(person).filter(participant__session=session)
    quiz = Quiz.objects.filter(session=session).first()
    result = queries.quiz_result(quiz) if quiz else None
    invited = session.units.all()
    values = {
        "session": session,
        "kind": SESSION_KIND[session.state],
        "counts": queries.counts([session])[session.id],
        "units": invited,
        "people": people,
        "attendances": Attendance.choices,
        "quiz": quiz,
        "result": result,
        "rate": f"{100 * result.passed / result.answered:.1f}" if result and result.answered else "",
        "waiting": sum(one.attendance == Attendance.PRESENT and not hasattr(one, "slip") for one in people),
        "certificates": [(one, *paper_state(queries.state_of(one, today()))) for one in issued],
        "candidates": len(candidates(session)),
        "again": {one.participant_id for one in issued if hasattr(one, "revocation")}
        - {one.participant_id for one in issued if not hasattr(one, "revocation")},
        "own_address": own_address(request),
        "is_open": session.state == State.PLANNED,
        "is_held": session.state == State.HELD,
        "may_edit": person.can(Permission.EDIT_TRAINING),
        "may_move": person.can(Permission.EDIT_TRAINING)
        and _may_move(session, bool(result and result.slips) or bool(issued)),
        "form": form or ParticipantForm(invited),
        "here": "sessions",
    }
    return render(request, "training/session.html", values)


def _may_move(session: TrainingSession, has_papers: bool) -> bool:
    """Whether its list can be opened again, or it can be cancelled."""
    return session.state != State.CANCELLED and not has_papers


def done(request: HttpRequest, session_id: str, does: Callable[[], object]) -> HttpResponse:
    """Do it and lead back to the session, with a sentence where it was refused."""
    try:
        does()
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("training:session", session_id)


@requires(Permission.EDIT_TRAINING)
def enter(request: HttpRequest, session_id: str) -> HttpResponse:
    """Enter one person."""
    session = session_of(request, session_id)
    form = ParticipantForm(session.units.all(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_participant(actor_of(request), session.id, form.entered())
            return redirect("training:session", session.id)
        except Refused as error:
            form.add_error(None, sentence(error))
    return page_of(request, session, form)


@requires(Permission.EDIT_TRAINING)
@require_POST
def remove(request: HttpRequest, participant_id: int) -> HttpResponse:
    """Take a person off the list."""
    row = object_or_404(queries.participants_visible_to(person_of(request)), id=participant_id)
    return done(request, row.session_id, lambda: actions.remove_participant(actor_of(request), row.pk))


@requires(Permission.EDIT_TRAINING)
def take(request: HttpRequest, session_id: str) -> HttpResponse:
    """Import a sheet of participants: all of it, or what is wrong in each row."""
    session = session_of(request, session_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read(MOST_BYTES + 1)
            many = len(actions.import_participants(actor_of(request), session.id, content))
            text = ngettext("%(n)s person was taken.", "%(n)s persons were taken.", many)
            messages.success(request, text % {"n": many})
            return redirect("training:session", session.id)
        except BadSheet as error:
            problems = error.problems
        except Refused as error:
            form.add_error(None, sentence(error))
    values = {"form": form, "session": session, "problems": problems, "here": "sessions"}
    return render(request, "training/import.html", values)


@requires(Permission.SEE_TRAINING)
def sheet(request: HttpRequest, session_id: str) -> HttpResponse:
    """The list as a sheet that can be imported again; of a list without persons the headings."""
    session = session_of(request, session_id)
    people = queries.participants_visible_to(person_of(request)).filter(session=session)
    made = Sheet("参训人员", list(participant_sheet.COLUMNS.values()), participant_sheet.rows(people))
    return attachment(to_xlsx([made]), f"participants-{session.on.isoformat()}.xlsx")


@requires(Permission.EDIT_TRAINING)
@require_POST
def attendance(request: HttpRequest, session_id: str) -> HttpResponse:
    """Write down who registered and who came."""
    session = session_of(request, session_id)
    said = {int(key[1:]): word for key, word in request.POST.items() if key[:1] == "a" and key[1:].isdecimal()}
    came = {int(key[1:]) for key in request.POST if key[:1] == "r" and key[1:].isdecimal()}
    texts = {number: str(word) for number, word in said.items()}
    return done(
        request, session.id, lambda: actions.note_attendance(actor_of(request), session.id, texts, registered=came)
    )


@requires(Permission.EDIT_TRAINING)
@require_POST
def step(request: HttpRequest, session_id: str) -> HttpResponse:
    """Close the list, open it again, or cancel the session."""
    session = session_of(request, session_id)
    verb, why = _VERBS.get(request.POST.get("verb", "")), request.POST.get("why", "")
    return done(request, session.id, lambda: actions.move(actor_of(request), session.id, verb, why) if verb else None)
