"""Forms of duty."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.common import clock
from fenghuo.faces.console.screening.entry import Entry, moment_field
from fenghuo.warn.duty.decide import Pattern, Turn
from fenghuo.warn.duty.models import EntryKind, Post, Shift, Terms


def office_people() -> list[Person]:
    """Active persons of the office: those who are not bound to a unit's rows."""
    return [person for person in Person.objects.filter(is_active=True) if person.unit_scope() is None]


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of these persons, by name."""

    def __init__(self, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(Person.objects.filter(pk__in=[person.pk for person in people]), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """The name."""
        return obj.name


class ShiftField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of these shifts, by holder, post and beginning."""

    def label_from_instance(self, obj: Shift) -> str:
        """Who, where, when."""
        return f"{obj.person.name} · {obj.post} · {localtime(obj.starts_at).strftime('%m-%d %H:%M')}"


class ShiftForm(Entry):
    """One person on one post."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonField(office_people(), label=_("Person"))
        self.order_fields(("person", "post", "starts_at", "ends_at"))

    post = forms.ChoiceField(label=_("Post"), choices=Post.choices)
    starts_at = moment_field(_("From"))
    ends_at = moment_field(_("To"))


class ReplaceForm(Entry):
    """Another person in place of the holder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = PersonField(office_people(), label=_("Who takes it over"))
        self.order_fields(("person", "why"))

    why = forms.CharField(label=_("Why"), max_length=500)


class SwapForm(Entry):
    """Whom to ask, and for which shift in return."""

    def __init__(self, *args: Any, holder: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [person for person in office_people() if person.pk != holder.pk]
        self.fields["other"] = PersonField(others, label=_("Whom do you ask?"))
        ahead = Shift.objects.filter(starts_at__gt=clock.now(), starts_at__lt=clock.now() + timedelta(days=62))
        field = ShiftField(
            ahead.filter(person__in=others).select_related("person"),
            label=_("Their shift in return"),
            required=False,
            empty_label=_("none: they take it without return"),
        )
        self.fields["other_shift"] = field
        self.order_fields(("other", "other_shift", "why"))

    why = forms.CharField(label=_("Why"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """The shift in return belongs to who is asked."""
        values = super().clean() or {}
        back = values.get("other_shift")
        if back is not None and values.get("other") is not None and back.person_id != values["other"].pk:
            self.add_error("other_shift", ValidationError(_("This shift is not that person's.")))
        return values


class GiveForm(Entry):
    """The handover note."""

    note = forms.CharField(
        label=_("What must the next one know?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=8000,
        help_text=_(
            "State of the platform, calls that are awaited, instructions from above. Open matters are listed by themselves."
        ),
    )


class PatternForm(Entry):
    """How a roster goes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = office_people()
        count = Counter(person.name for person in people)
        known = {person.username: person for person in people}
        self._known = {person.name: person for person in people if count[person.name] == 1} | known
        for name in ("queue_a", "queue_b"):
            self.fields[name].help_text = _(
                "One name or user name a line, in the order of their turns. Here: %(names)s"
            ) % {"names": "、".join(person.name for person in known.values())}

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    changes = forms.CharField(
        label=_("Times at which the shift changes"),
        help_text=_("08:00 for shifts of 24 hours; 08:00 18:00 for day and night."),
        max_length=60,
    )
    queue_a = forms.CharField(label=_("Post A, in turn"), widget=forms.Textarea(attrs={"rows": 4}))
    queue_b = forms.CharField(label=_("Post B, in turn"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    turn = forms.ChoiceField(
        label=_("The next one's turn comes"),
        choices=[
            (Turn.DAY.value, pgettext_lazy("turn", "every day")),
            (Turn.SHIFT.value, pgettext_lazy("turn", "every shift")),
            (Turn.WEEK.value, pgettext_lazy("turn", "every Monday")),
        ],
    )
    apart = forms.BooleanField(
        label=_("Deal out days off in a turn of their own"),
        required=False,
        help_text=_("Weekends and holidays then fall to all alike; make-up workdays count as workdays."),
    )

    def clean_changes(self) -> tuple[time, ...]:
        """The times, ascending."""
        text = self.cleaned_data["changes"].replace("：", ":").replace(",", " ").replace("，", " ").replace("、", " ")
        try:
            return tuple(sorted({time.fromisoformat(part.zfill(5)) for part in text.split()}))
        except ValueError as error:
            raise ValidationError(_("Times such as 08:00 18:00 are needed.")) from error

    def clean_queue_a(self) -> tuple[int, ...]:
        """The persons of post A."""
        return self._queue("queue_a")

    def clean_queue_b(self) -> tuple[int, ...]:
        """The persons of post B."""
        return self._queue("queue_b")

    def _queue(self, name: str) -> tuple[int, ...]:
        names = [line.strip() for line in self.cleaned_data[name].replace("、", "\n").splitlines() if line.strip()]
        unknown = [one for one in names if one not in self._known]
        if unknown:
            raise ValidationError(_("Not known here: %(names)s.") % {"names": ", ".join(unknown)})
        return tuple(self._known[one].pk for one in names)

    def pattern(self) -> Pattern:
        """What was entered."""
        v = self.cleaned_data
        zone = get_default_timezone()
        queues = {"A": v["queue_a"], "B": v["queue_b"]}
        return Pattern(v["first"], v["last"], v["changes"], queues, Turn(v["turn"]), v["apart"], zone)


class SheetForm(Entry):
    """A roster as xlsx."""

    sheet = forms.FileField(label=_("Roster as xlsx"))


class EntryForm(Entry):
    """A free line of the duty log."""

    kind = forms.ChoiceField(label=_("About"), choices=EntryKind.choices)
    happened_at = moment_field(_("When was it?"))
    text = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class DeputyForm(Entry):
    """Who decides for whom, from when until when. One's own is offered; a leader chooses for whom."""

    def __init__(self, *args: Any, by: Person, leads: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = office_people()
        self.fields["for_person"] = PersonField(people if leads else [by], label=_("Who is away"), initial=by)
        self.fields["person"] = PersonField([p for p in people if p.pk != by.pk], label=_("Who decides instead"))
        self.order_fields(("for_person", "person", "starts_at", "ends_at", "why"))

    starts_at = moment_field(_("From"))
    ends_at = moment_field(pgettext_lazy("moment", "Until"))
    why = forms.CharField(label=_("Why"), max_length=300, required=False)


class PeriodForm(Entry):
    """An important period."""

    name = forms.CharField(label=_("What is protected"), max_length=100)
    starts_at = moment_field(_("From"))
    ends_at = moment_field(pgettext_lazy("moment", "Until"))
    rungs = forms.IntegerField(label=_("Rungs of the ladder told at once"), min_value=1, max_value=5, initial=2)
    percent = forms.IntegerField(
        label=_("Part of each interval, in percent"),
        min_value=10,
        max_value=100,
        initial=50,
        help_text=_("50: after half the usual time the next ones are told."),
    )


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How long things take on duty."""

    class Meta:
        model = Terms
        fields = (
            "handover_minutes",
            "roll_call_minutes",
            "red_minutes",
            "orange_minutes",
            "yellow_minutes",
            "blue_minutes",
            "call_again_minutes",
            "roll_calls_a_day",
            "tomorrow_at",
            "brief_at",
        )
        widgets = {
            "tomorrow_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "brief_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


def day_asked(text: str, today: date) -> date:
    """The day that an address asks for, today where it names none that there is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
