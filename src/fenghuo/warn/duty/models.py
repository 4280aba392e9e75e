"""Who is on duty, what they hand over, who answers for whom, and when more than usual is asked of them."""

from datetime import time, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person
from fenghuo.base.common.severity import WarningLevel


class Post(models.TextChoices):
    """The two posts of a shift."""

    A = "A", pgettext_lazy("duty post", "A")
    B = "B", pgettext_lazy("duty post", "B")


class Shift(models.Model):
    """One person on one post from a moment to another.

    Attributes:
        told_at: when the person was told of it on the day before, null while not; set back where another takes the shift.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    post = models.CharField(max_length=1, choices=Post.choices)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "post"]


class SwapState(models.TextChoices):
    """Where a swap stands; all but the first are final."""

    ASKED = "asked", pgettext_lazy("swap", "asked")
    AGREED = "agreed", pgettext_lazy("swap", "agreed")
    DECLINED = "declined", pgettext_lazy("swap", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("swap", "withdrawn")


class Swap(models.Model):
    """A shift that its holder wants another person to take, for one of that person's or for nothing; both must agree.

    Attributes:
        shift, holder: what is given, and who held it when the swap was asked for.
        other, other_shift: who is asked, and the shift that comes back; null for none.
    """

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other_shift = models.ForeignKey(Shift, null=True, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift"], condition=models.Q(state="asked"), name="one_swap_asked_for_a_shift"
            )
        ]


class Handover(models.Model):
    """What the holder of a shift hands to the next one; never changed after it was given.

    Attributes:
        matters: what was open at that moment, as lines {"subject", "text"} in the language of the giver.
        taken_by, taken_at: who accepted it, null while nobody did.
    """

    shift = models.OneToOneField(Shift, on_delete=models.PROTECT, related_name="handover")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(db_index=True)
    note = models.TextField()
    matters = models.JSONField(default=list)
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]


class RollCall(models.Model):
    """An unannounced roll-call (查岗): everybody on duty must answer in time."""

    at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()
    by_id = models.CharField(max_length=40)
    by = models.CharField(max_length=150)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-id"]


class RollCallAnswer(models.Model):
    """What one person on duty owes to a roll-call.

    Attributes:
        calls, next_call_at: how often the person was called, and when again; null once answered or off duty.
        missed_at: when the time had run out without an answer; it stays.
    """

    roll_call = models.ForeignKey(RollCall, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, null=True, on_delete=models.SET_NULL, related_name="+")
    post = models.CharField(max_length=1, choices=Post.choices)
    calls = models.PositiveIntegerField(default=1)
    next_call_at = models.DateTimeField(null=True, db_index=True)
    answered_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["post"]
        constraints = [models.UniqueConstraint(fields=["roll_call", "post"], name="one_answer_of_a_post")]


class Deputy(models.Model):
    """Who decides for a person who is away, from a moment to another. It is not handed on: a deputy's deputy decides nothing."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    for_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    why = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-starts_at", "-id"]


class ImportantPeriod(models.Model):
    """A time in which more is asked (重要保障期): more rungs of the ladder at once, shorter intervals.

    Attributes:
        rungs: how many rungs are told at once.
        percent: what is left of each interval, 100 for all of it.
    """

    name = models.CharField(max_length=100)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    rungs = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-starts_at", "-id"]


class EntryKind(models.TextChoices):
    """What a free line of the duty log is about."""

    CALL = "call", pgettext_lazy("duty log", "telephone call")
    ORDER = "order", pgettext_lazy("duty log", "instruction from above")
    VISIT = "visit", pgettext_lazy("duty log", "visit or inspection")
    SYSTEM = "system", pgettext_lazy("duty log", "state of the equipment")
    OTHER = "other", pgettext_lazy("duty log", "other")


class Entry(models.Model):
    """A free line of the duty log; never changed, another line corrects it. `happened_at` is when it was, `at` when it was entered."""

    happened_at = models.DateTimeField(db_index=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    text = models.TextField()
    by_id = models.CharField(max_length=40)
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["happened_at", "id"]


class Brief(models.Model):
    """The brief of the 24 hours that ended on the morning of a day, frozen as it was sent.

    Attributes:
        content: as `report.periodicals.daily` made it.
    """

    day = models.DateField(unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        ordering = ["-day"]


class Terms(models.Model):
    """How long things take on duty; one row. No law sets these figures: they are proposals, and the office changes them."""

    ONLY = 1
    handover_minutes = models.PositiveSmallIntegerField(_("minutes for accepting a handover"), default=15)
    roll_call_minutes = models.PositiveSmallIntegerField(_("minutes for answering a roll-call"), default=15)
    call_again_minutes = models.PositiveSmallIntegerField(_("minutes until somebody is called again"), default=3)
    red_minutes = models.PositiveSmallIntegerField(_("minutes until the next one is told of a red warning"), default=1)
    orange_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next one is told of an orange warning"), default=3
    )
    yellow_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next one is told of a yellow warning"), default=10
    )
    blue_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next one is told of a blue warning"), default=30
    )
    roll_calls_a_day = models.PositiveSmallIntegerField(
        _("roll-calls a day at moments that nobody knows; 0 for none"), default=0, validators=[MaxValueValidator(6)]
    )
    tomorrow_at = models.TimeField(_("when those on duty tomorrow are told"), default=time(18))
    brief_at = models.TimeField(_("when the daily brief is made"), default=time(8))

    def acknowledge_within(self) -> dict[WarningLevel, timedelta]:
        """How long each person of the ladder has to acknowledge a warning, by its level."""
        return {level: timedelta(minutes=getattr(self, f"{level.value}_minutes")) for level in WarningLevel}
