"""The form of an order: from a warning, from an incident, or from one of the latest warnings."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, object_or_404, person_of, requires
from fenghuo.faces.console.blocks.forms import OrderForm
from fenghuo.faces.console.blocks.words import nav, sentence
from fenghuo.respond.blocks import actions
from fenghuo.respond.blocks.guard import Refused
from fenghuo.respond.blocks.models import Block
from fenghuo.respond.blocks.proofs import Evidence, of_hit, of_warning
from fenghuo.respond.incidents.models import Incident
from fenghuo.respond.incidents.protection import of_evidence, order_block
from fenghuo.respond.incidents.queries import incidents_visible_to
from fenghuo.warn.early_warnings.models import EarlyWarning, State
from fenghuo.warn.early_warnings.names import raised_by
from fenghuo.warn.early_warnings.queries import hits_of, warnings_visible_to

_MOST_WARNINGS = 15
_MOST_HITS = 10


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers as evidence ("kind:id" and a line), what is chosen already, and a first guess of the target."""

    offered: list[tuple[str, str]]
    chosen: list[str]
    target: str = ""


@requires(Permission.ORDER_BLOCKS)
def new(request: HttpRequest) -> HttpResponse:
    """Order a block; `?warning=` or `?incident=` says for what."""
    person = person_of(request)
    incident, warning = _asked(request, person)
    choices = _choices(person, incident, warning)
    initial = {"evidence": choices.chosen, "text": choices.target}
    form = OrderForm(choices.offered, request.POST or None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            made = _order(request, person, form, incident)
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("blocks:show", made.id)
    values = {
        "form": form,
        "incident": incident,
        "warning": warning,
        "offered": choices.offered,
        "nav": nav("list"),
    }
    picked = request.POST.getlist("evidence") if request.method == "POST" else choices.chosen
    return render(request, "blocks/new.html", {**values, "picked": picked})


def _asked(request: HttpRequest, person: Person) -> tuple[Incident | None, EarlyWarning | None]:
    incident_id, warning_id = request.GET.get("incident", ""), request.GET.get("warning", "")
    incident = object_or_404(incidents_visible_to(person), id=incident_id) if incident_id else None
    warning = object_or_404(warnings_visible_to(person), id=warning_id) if warning_id else None
    if incident is not None and warning is None and incident.warning_id:
        warning = warnings_visible_to(person).filter(id=incident.warning_id).first()
    return incident, warning


def _choices(person: Person, incident: Incident | None, warning: EarlyWarning | None) -> Choices:
    offered, chosen, target = [], [], ""
    if incident is not None:
        offered += [(f"evidence:{e.pk}", f"{e.number} {e.name}") for e in incident.evidence.all()]
    if warning is not None:
        chosen = [f"warning:{warning.id}"]
        offered.append((chosen[0], _line(warning)))
        hits = list(hits_of(warning)[:_MOST_HITS])
        alike = {f"{h.src_ip or h.domain or h.dst_ip} {raised_by(h.rule_title)}".strip(): h for h in reversed(hits)}
        # Of hits that say the same the latest is enough.
        offered += [(f"hit:{hit.hit_id}", line) for line, hit in alike.items()]
        target = next((h.src_ip for h in hits if h.src_ip), "")
    if incident is None and warning is None:
        latest = warnings_visible_to(person).exclude(state=State.FALSE_POSITIVE)[:_MOST_WARNINGS]
        offered = [(f"warning:{w.id}", _line(w)) for w in latest]
    return Choices(offered, chosen, target)


def _line(warning: EarlyWarning) -> str:
    return f"{warning.asset} · {raised_by(warning.title)} ×{warning.count}"


def _order(request: HttpRequest, person: Person, form: OrderForm, incident: Incident | None) -> Block:
    evidence = [_read(person, one) for one in form.cleaned_data["evidence"]]
    exercise = incident.exercise if incident is not None else any(one.exercise for one in evidence)
    wanted, why = form.wanted(exercise), form.cleaned_data["why"]
    if incident is not None:
        return order_block(actor_of(request), incident.id, wanted, why, evidence)
    return actions.order(actor_of(request), wanted, why, evidence)


def _read(person: Person, chosen: str) -> Evidence:
    kind, _colon, reference = chosen.partition(":")
    try:
        if kind == "evidence":
            return of_evidence(person, int(reference))
        return of_warning(person, reference) if kind == "warning" else of_hit(person, reference)
    except (LookupError, ValueError) as error:
        raise Http404 from error
