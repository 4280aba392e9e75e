"""What passes between persons: swaps, handovers, roll-calls."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.common import clock
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.duty.forms import GiveForm, SwapForm
from fenghuo.faces.console.duty.nav import page
from fenghuo.faces.console.duty.views import tried
from fenghuo.faces.console.duty.words import sentence
from fenghuo.faces.console.pages import list_page
from fenghuo.faces.console.subjects import link_of
from fenghuo.report.periodicals.daily.matters import open_matters
from fenghuo.warn.duty import handovers as handing_over
from fenghuo.warn.duty import roll_calls, swaps
from fenghuo.warn.duty.decide import CannotDo
from fenghuo.warn.duty.models import Handover, RollCall, RollCallAnswer, Shift, Swap
from fenghuo.warn.duty.queries import my_roll_calls, next_shift, shifts_at


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


@requires(Permission.SEE_DUTY)
@require_POST
def ask_swap(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Ask another person to take one's shift."""
    person = person_of(request)
    shift = object_or_404(Shift.objects.all(), pk=shift_id)
    form = SwapForm(request.POST, holder=person)
    if form.is_valid():
        v = form.cleaned_data
        back = v["other_shift"].pk if v["other_shift"] else None
        done = _("Asked; nothing changes until the other agrees.")
        tried(request, lambda: swaps.ask(person, shift.pk, v["other"], back, v["why"], _address(request)), done)
    else:
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
    return redirect("duty:shift", shift.pk)


@requires(Permission.SEE_DUTY)
@require_POST
def answer_swap(request: HttpRequest, swap_id: int) -> HttpResponse:
    """Agree to a swap, decline it, or take back what one asked for."""
    person = person_of(request)
    swap = object_or_404(Swap.objects.all(), pk=swap_id)
    verb, text = request.POST.get("verb", ""), request.POST.get("text", "")
    if verb == "withdraw":
        tried(request, lambda: swaps.withdraw(person, swap.pk, _address(request)), _("Taken back."))
    elif verb in {"agree", "decline"}:
        agree = verb == "agree"
        done = _("Agreed: the roster has changed.") if agree else _("Declined.")
        tried(request, lambda: swaps.answer(person, swap.pk, agree=agree, text=text, address=_address(request)), done)
    return redirect("duty:list")


@requires(Permission.SEE_DESK)
def handovers(request: HttpRequest) -> HttpResponse:
    """Every handover, the last first."""
    rows = Handover.objects.select_related("shift", "given_by", "taken_by")
    return page(request, "handovers", "handovers", {"page": list_page(request, rows, ("-given_at", "-id"))})


@requires(Permission.SEE_DESK)
def give(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Write the handover note of a shift; what is open is listed by itself, and frozen with the note."""
    person, now = person_of(request), clock.now()
    shift = object_or_404(Shift.objects.select_related("person"), pk=shift_id)
    form = GiveForm(request.POST or None)
    matters = open_matters(now)
    if request.method == "POST" and form.is_valid():
        lines = [(matter.subject, matter.text) for matter in matters]
        try:
            made = handing_over.give(person, shift.pk, form.cleaned_data["note"], lines, _address(request))
        except CannotDo as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, _("Handed over; the next one has to accept it."))
            return redirect("duty:handover", made.pk)
    shown = [(matter.text, link_of(person, matter.subject)) for matter in matters]
    values: dict[str, object] = {"form": form, "shift": shift, "matters": shown, "next": next_shift(shift)}
    return page(request, "give", "handovers", values)


@requires(Permission.SEE_DESK)
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One handover; the next one accepts it here."""
    person = person_of(request)
    row = object_or_404(Handover.objects.select_related("shift__person", "given_by", "taken_by"), pk=handover_id)
    if request.method == "POST":
        remark = request.POST.get("remark", "")
        tried(request, lambda: handing_over.take(person, row.pk, remark, _address(request)), _("Accepted."))
        return redirect("duty:handover", row.pk)
    following = next_shift(row.shift)
    own = person.pk in {row.given_by_id, row.shift.person_id}
    may = following is None or following.person_id == person.pk or person.can(Permission.EDIT_DUTY)
    values: dict[str, object] = {
        "row": row,
        "next": following,
        "matters": [(line["text"], link_of(person, line["subject"])) for line in row.matters],
        "may_take": row.taken_at is None and not own and may,
    }
    return page(request, "handover", "handovers", values)


@requires(Permission.SEE_DUTY)
def calls(request: HttpRequest) -> HttpResponse:
    """Roll-calls, the last first; who keeps the roster calls one."""
    person, now = person_of(request), clock.now()
    may_call = person.can(Permission.EDIT_DUTY)
    if request.method == "POST":
        if may_call:
            why = request.POST.get("why", "")
            tried(request, lambda: roll_calls.call(actor_of(request), why), _("Called; the clocks run."))
        return redirect("duty:roll-calls")
    rows = list_page(request, RollCall.objects.prefetch_related("answers__person"), ("-at", "-id"), 20)
    values: dict[str, object] = {
        "page": rows,
        "may_call": may_call,
        "on_duty": [shift for shift in shifts_at(now) if shift.person_id != person.pk],
        "roll_calls": my_roll_calls(person, now),
    }
    return page(request, "roll_calls", "roll-calls", values)


@requires(Permission.SEE_DUTY)
@require_POST
def answer_call(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Answer a roll-call."""
    row = object_or_404(RollCallAnswer.objects.all(), pk=answer_id)
    tried(request, lambda: roll_calls.answer(person_of(request), row.pk, _address(request)), _("Answered."))
    return redirect("duty:list")
