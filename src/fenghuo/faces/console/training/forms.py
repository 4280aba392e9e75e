"""Forms of courses, questions, sessions, quizzes and certificates of others."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Unit
from fenghuo.base.units.queries import Viewer, units_visible_to
from fenghuo.faces.console.choosing import Ticks, UnitsField, grouped
from fenghuo.faces.console.performance.forms import DAY, PlainForm
from fenghuo.report.training.actions import WantedCourse, WantedSession
from fenghuo.report.training.bank_sheet import places
from fenghuo.report.training.certificates import Given
from fenghuo.report.training.decide import MOST_POINTS, MOST_TRIES, Asked, Kind
from fenghuo.report.training.models import Attendance, CertifiedBy, Course, CourseKind
from fenghuo.report.training.participant_sheet import Entered
from fenghuo.report.training.quiz_models import KINDS, BankQuestion, Quiz
from fenghuo.report.training.quizzes import WantedQuiz

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class CourseForm(PlainForm):
    """A course."""

    title = forms.CharField(label=_("Title of the course"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("training", "Kind"), choices=CourseKind.choices)
    subject_matter = forms.CharField(label=_("What it is about"), max_length=200)
    hours = forms.DecimalField(label=_("Class hours"), max_digits=4, decimal_places=1, min_value=0, initial=2)
    giver = forms.CharField(label=_("Who gives it"), max_length=200)
    certified_by = forms.ChoiceField(label=_("A certificate is given to"), choices=CertifiedBy.choices)
    valid_months = forms.IntegerField(
        label=_("Months for which a certificate holds"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("Empty: for always."),
    )

    def wanted(self) -> WantedCourse:
        """The course as it was filled in."""
        return WantedCourse(**self.cleaned_data)


class QuestionForm(PlainForm):
    """A question of the bank."""

    kind = forms.ChoiceField(label=pgettext_lazy("quiz", "Kind of question"), choices=KINDS)
    text = forms.CharField(label=_("Question"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    choices = forms.CharField(
        label=_("Choices, one a line"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The first one is A. True or false has none."),
    )
    right = forms.CharField(
        label=_("Right answer"), max_length=20, help_text=_("Letters, such as AC; of true and false 对 or 错.")
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=MOST_POINTS, initial=10)

    def asked(self) -> Asked:
        """The question as it was filled in.

        Raises:
            Refused: "right".
        """
        given, kind = self.cleaned_data, Kind(self.cleaned_data["kind"])
        choices = tuple(line.strip() for line in given["choices"].splitlines() if line.strip())
        return Asked(kind, given["text"], given["points"], places(kind, given["right"]), choices)


class SheetForm(PlainForm):
    """A sheet to import."""

    file = forms.FileField(label=_("Sheet (xlsx)"))


class SessionForm(PlainForm):
    """A session of a course."""

    on = forms.DateField(
        label=pgettext_lazy("training", "Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    online = forms.BooleanField(label=_("It is held online"), required=False)
    place = forms.CharField(label=_("Room, or where it is found online"), max_length=200)
    lecturer = forms.CharField(label=_("Who teaches"), max_length=200)
    units = UnitsField(label=_("Units that are invited"), queryset=Unit.objects.none())

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        assert isinstance(units, UnitsField)
        units.queryset = units_visible_to(viewer)

    def wanted(self) -> WantedSession:
        """The session as it was filled in."""
        given = self.cleaned_data
        return WantedSession(given["on"], given["place"], given["lecturer"], list(given["units"]), given["online"])


class ParticipantForm(PlainForm):
    """One person of a unit that is invited."""

    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        label=pgettext_lazy("training", "Unit"), queryset=Unit.objects.none()
    )
    name = forms.CharField(label=pgettext_lazy("training", "Name"), max_length=100)
    post = forms.CharField(label=pgettext_lazy("training", "Post"), max_length=100, required=False)
    attendance = forms.ChoiceField(label=_("Came"), choices=Attendance.choices)

    def __init__(self, invited: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = invited

    def entered(self) -> Entered:
        """The person as they were filled in."""
        given = self.cleaned_data
        return Entered(given["unit"].id, given["name"], given["post"], True, given["attendance"])


class QuizForm(PlainForm):
    """The quiz of a session out of the bank of its course."""

    questions = forms.MultipleChoiceField(label=_("Questions of the bank"), widget=Ticks)
    pass_points = forms.IntegerField(label=_("Points from which on it is passed"), min_value=1)
    tries = forms.IntegerField(label=_("Tries"), min_value=1, max_value=MOST_TRIES, initial=2)
    opens_at = forms.DateTimeField(label=_("Opens"), widget=_MOMENT)
    closes_at = forms.DateTimeField(label=_("Closes"), widget=_MOMENT)

    def __init__(self, course: Course, *args: Any, **kwargs: Any) -> None:
        bank = list(course.bank.filter(ended_at=None))
        whole = sum(one.points for one in bank)
        initial = {"questions": [str(one.pk) for one in bank], "pass_points": -(-whole * 6 // 10) or 1}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        questions = self.fields["questions"]
        assert isinstance(questions, forms.MultipleChoiceField)
        questions.choices = grouped(dict(KINDS), ((one.kind, (str(one.pk), _line(one))) for one in bank))

    def wanted(self) -> WantedQuiz:
        """The quiz as it was filled in."""
        given = self.cleaned_data
        return WantedQuiz(**{**given, "questions": [int(number) for number in given["questions"]]})


class QuizChangeForm(PlainForm):
    """Pass mark, tries and time of a quiz; after slips were given out only its end."""

    pass_points = forms.IntegerField(label=_("Points from which on it is passed"), min_value=1)
    tries = forms.IntegerField(label=_("Tries"), min_value=1, max_value=MOST_TRIES)
    opens_at = forms.DateTimeField(label=_("Opens"), widget=_MOMENT)
    closes_at = forms.DateTimeField(label=_("Closes"), widget=_MOMENT)

    def __init__(self, quiz: Quiz, only_end: bool, *args: Any, **kwargs: Any) -> None:
        names = ("pass_points", "tries", "opens_at", "closes_at")
        super().__init__(*args, initial={name: getattr(quiz, name) for name in names}, **kwargs)
        # What can't be changed is taken from the quiz itself: a form field rounds a moment.
        self._kept = {name: getattr(quiz, name) for name in names[:3]} if only_end else {}
        for name in self._kept:
            self.fields[name].disabled = True

    def wanted(self) -> WantedQuiz:
        """The quiz as it was filled in."""
        return WantedQuiz((), **{**self.cleaned_data, **self._kept})


def _line(question: BankQuestion) -> str:
    return f"{question.points} · {question.text}"


class CredentialForm(PlainForm):
    """A certificate that somebody else issued."""

    holder = forms.CharField(label=_("Holder"), max_length=100)
    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        label=pgettext_lazy("training", "Unit"), queryset=Unit.objects.none()
    )
    kind = forms.CharField(label=_("What it is called"), max_length=100, help_text=_("Such as CISP."))
    number = forms.CharField(label=pgettext_lazy("certificate", "Number"), max_length=100)
    issuer = forms.CharField(label=_("Who issued it"), max_length=200)
    valid_until = forms.DateField(
        label=pgettext_lazy("certificate", "Last day"), widget=DAY, required=False, help_text=_("Empty: for always.")
    )
    document = forms.CharField(label=pgettext_lazy("certificate", "Document that shows it"), max_length=200)
    copy = forms.FileField(label=_("A copy of it"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = units_visible_to(viewer)

    def given(self) -> Given:
        """The certificate as it was filled in."""
        values = dict(self.cleaned_data)
        copy = values.pop("copy")
        return Given(**values, file=(copy.name, copy.read()) if copy else None)
