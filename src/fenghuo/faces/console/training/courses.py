"""Courses: the list, one with its materials and its bank of questions, a new one, a change."""

from collections.abc import Callable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.audit.actions import Act
from fenghuo.base.common.filestore import MOST_BYTES
from fenghuo.base.papers import Sheet, taken, to_xlsx
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.files import kept_file
from fenghuo.faces.console.performance.views import attachment
from fenghuo.faces.console.training.forms import CourseForm, QuestionForm, SheetForm
from fenghuo.faces.console.training.words import sentence
from fenghuo.report.training import actions, bank_sheet, queries, quizzes
from fenghuo.report.training.decide import LETTERS, Asked, Kind, Refused, State
from fenghuo.report.training.models import BankQuestion, Course, Material


def _course(course_id: str) -> Course:
    return object_or_404(queries.courses(), id=course_id)


@requires(Permission.SEE_TRAINING)
def list_all(request: HttpRequest) -> HttpResponse:
    """Every course with how often it was held."""
    held = Count("sessions", filter=Q(sessions__state=State.HELD), distinct=True)
    asked = Count("bank", filter=Q(bank__ended_at=None), distinct=True)
    rows = queries.courses().annotate(held=held, asked=asked)
    may_edit = person_of(request).can(Permission.EDIT_TRAINING)
    return render(request, "training/courses.html", {"rows": rows, "may_edit": may_edit, "here": "courses"})


@requires(Permission.EDIT_TRAINING)
def new(request: HttpRequest) -> HttpResponse:
    """A new course."""
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_course(actor_of(request), form.wanted())
            return redirect("training:course", made.id)
        except Refused as error:
            form.add_error("title" if error.code == "exists" else None, sentence(error))
    return render(request, "training/form.html", {"form": form, "title": _("New course"), "here": "courses"})


@requires(Permission.EDIT_TRAINING)
def change(request: HttpRequest, course_id: str) -> HttpResponse:
    """Change a course; what was issued keeps what it says."""
    course = _course(course_id)
    names = ("title", "kind", "subject_matter", "hours", "giver", "certified_by", "valid_months")
    form = CourseForm(request.POST or None, initial={name: getattr(course, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_course(actor_of(request), course.id, form.wanted())
            return redirect("training:course", course.id)
        except Refused as error:
            form.add_error("title" if error.code == "exists" else None, sentence(error))
    values = {"form": form, "title": _("Change the course"), "course": course, "here": "courses"}
    return render(request, "training/form.html", values)


@requires(Permission.SEE_TRAINING)
def show(request: HttpRequest, course_id: str) -> HttpResponse:
    """A course with its sessions, materials and bank."""
    return _page(request, _course(course_id))


def _page(request: HttpRequest, course: Course, form: QuestionForm | None = None) -> HttpResponse:
    person = person_of(request)
    sessions = list(queries.sessions_visible_to(person).filter(course=course))
    counts = queries.counts(sessions)
    bank = list(course.bank.filter(ended_at=None))
    values = {
        "course": course,
        "sessions": [(one, counts[one.id]) for one in sessions],
        "bank": [(one, bank_sheet.letters(Kind(one.kind), one.right), _lettered(one)) for one in bank],
        "whole": sum(one.points for one in bank),
        "materials": course.materials.filter(ended_at=None),
        "form": form or QuestionForm(),
        "may_edit": person.can(Permission.EDIT_TRAINING),
        "here": "courses",
    }
    return render(request, "training/course.html", values)


def _lettered(question: BankQuestion) -> str:
    return " / ".join(f"{letter} {text}" for letter, text in zip(LETTERS, question.choices, strict=False))


def _done(request: HttpRequest, course_id: str, does: Callable[[], object]) -> HttpResponse:
    try:
        does()
    except Refused as error:
        messages.error(request, sentence(error))
    return redirect("training:course", course_id)


@requires(Permission.EDIT_TRAINING)
@require_POST
def end(request: HttpRequest, course_id: str) -> HttpResponse:
    """Take a course off the list, or put it back."""
    course = _course(course_id)
    return _done(request, course.id, lambda: actions.end_course(actor_of(request), course.id))


@requires(Permission.EDIT_TRAINING)
@require_POST
def add_material(request: HttpRequest, course_id: str) -> HttpResponse:
    """Put a file to a course."""
    course, brought = _course(course_id), request.FILES.get("file")
    name, content = "", b""
    if isinstance(brought, UploadedFile):
        name, content = brought.name or "", brought.read(MOST_BYTES + 1)
    return _done(request, course.id, lambda: actions.add_material(actor_of(request), course.id, name, content))


@requires(Permission.EDIT_TRAINING)
@require_POST
def remove_material(request: HttpRequest, material_id: int) -> HttpResponse:
    """Take a file away."""
    row = object_or_404(Material.objects.all(), id=material_id)
    return _done(request, row.course_id, lambda: actions.remove_material(actor_of(request), row.pk))


@requires(Permission.SEE_TRAINING)
def material(request: HttpRequest, material_id: int) -> HttpResponse:
    """A file of a course, checked against its hash."""
    row = object_or_404(Material.objects.select_related("course"), id=material_id)
    act = Act("course.material-taken", row.course.subject, {"sha256": row.sha256})
    return kept_file(request, row.sha256, row.kind, row.name, act) or redirect("training:course", row.course_id)


@requires(Permission.EDIT_TRAINING)
def add_question(request: HttpRequest, course_id: str) -> HttpResponse:
    """Put a question into the bank."""
    course = _course(course_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            quizzes.add_question(actor_of(request), course.id, form.asked())
            return redirect("training:course", course.id)
        except Refused as error:
            form.add_error(error.code if error.code in form.fields else None, sentence(error))
    return _page(request, course, form)


@requires(Permission.EDIT_TRAINING)
@require_POST
def end_question(request: HttpRequest, question_id: int) -> HttpResponse:
    """Take a question out of the bank."""
    row = object_or_404(BankQuestion.objects.all(), id=question_id)
    return _done(request, row.course_id, lambda: quizzes.end_question(actor_of(request), row.pk))


@requires(Permission.EDIT_TRAINING)
def take(request: HttpRequest, course_id: str) -> HttpResponse:
    """Import a sheet of questions: all of it, or what is wrong in each row."""
    course = _course(course_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            many = quizzes.import_questions(
                actor_of(request), course.id, form.cleaned_data["file"].read(taken.MOST_BYTES + 1)
            )
            text = ngettext("%(n)s question was taken.", "%(n)s questions were taken.", many)
            messages.success(request, text % {"n": many})
            return redirect("training:course", course.id)
        except taken.BadSheet as error:
            problems = error.problems
    values = {"form": form, "course": course, "problems": problems, "here": "courses", "of_questions": True}
    return render(request, "training/import.html", values)


@requires(Permission.SEE_TRAINING)
def bank(request: HttpRequest, course_id: str) -> HttpResponse:
    """The bank as a sheet that can be imported again."""
    course = _course(course_id)
    return _sheet([one.asked for one in course.bank.filter(ended_at=None)])


@requires(Permission.EDIT_TRAINING)
def sample(request: HttpRequest) -> HttpResponse:
    """A sheet with the right headings and one row of each kind."""
    choices = ("甲", "乙", "丙", "丁")
    rows = [
        Asked(Kind.SINGLE, "示例：单选题", 10, frozenset({0}), choices),
        Asked(Kind.MULTIPLE, "示例：多选题", 10, frozenset({0, 2}), choices),
        Asked(Kind.JUDGE, "示例：判断题", 10, frozenset({0})),
    ]
    return _sheet(rows)


def _sheet(rows: list[Asked]) -> HttpResponse:
    made = Sheet("题库", list(bank_sheet.COLUMNS.values()), bank_sheet.rows(rows))
    return attachment(to_xlsx([made]), "questions.xlsx")
