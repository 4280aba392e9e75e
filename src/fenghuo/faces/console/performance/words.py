"""Sentences of the pages of performance: what is refused, what stands beside a value, how a state is drawn."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.values import StateKind
from fenghuo.report.performance.decide import Refused
from fenghuo.report.performance.measured import NO_RECORDS, NO_UNIT, NOT_REACHED
from fenghuo.report.performance.models import Freeze, Stage


def measure_names() -> dict[str, str]:
    """Measure → what it counts, in the reader's language."""
    return {
        "entry": _("entered by a person"),
        "rounds": _("completed comprehensive screening rounds"),
        "round-month": _("month in which screening rounds were completed"),
        "coverage": _("screening coverage"),
        "uptime": _("availability of the office's own sites"),
        "activities": _("activities held"),
        "participation": _("participation in activities"),
        "participation-registered": _("participation of those who registered for activities"),
        "platforms": _("platforms that are operated"),
        "platform-month": _("month in which platforms were operated"),
        "platforms-operated": _("months in which platforms were operated"),
        "activity-month": _("month in which activities were held"),
        "satisfaction": _("satisfaction in surveys that ended"),
        "trainings": _("training sessions held"),
        "trained-persons": _("persons trained"),
        "units-trained": _("units with a trained contact"),
        "pass-rate": _("pass rate of quizzes that ended"),
        "paid": _("money paid"),
        "incidents": _("incidents"),
        "notices": _("notices issued"),
        "notices-signed": _("notices signed by units"),
        "drills": _("drills"),
        "drill-completion": _("completed drills of planned ones"),
        "drill-month": _("month in which drills were completed"),
    }


def beside_text(key: str, value: str) -> str:
    """One thing that stands beside a value."""
    if key.endswith("-seconds"):
        hours = (Decimal(value) / 3600).quantize(Decimal("0.1"))
        words = {"maintenance-seconds": _("maintenance %(hours)s h"), "unwatched-seconds": _("not watched %(hours)s h")}
        return words[key] % {"hours": format(hours, "f")}
    number = int(value)
    texts = {
        "could-not-test": ngettext("%(n)s could not be tested", "%(n)s could not be tested", number),
        "not-authorised": ngettext("not authorised: %(n)s", "not authorised: %(n)s", number),
        "left-out": ngettext("%(n)s without numbers", "%(n)s without numbers", number),
        "survey-answers": ngettext("%(n)s answer", "%(n)s answers", number),
        "small-sample": ngettext("small sample: %(n)s answer", "small sample: %(n)s answers", number),
        "person-times": ngettext("%(n)s attendance", "%(n)s attendances", number),
        "without-contact": ngettext("%(n)s unit without a contact", "%(n)s units without a contact", number),
        "unanswered": ngettext("%(n)s did not answer", "%(n)s did not answer", number),
        "needed": ngettext("%(n)s promised", "%(n)s promised", number),
        "done": ngettext("%(n)s done", "%(n)s done", number),
    }
    return texts[key] % {"n": value}


def none_text(code: str) -> str:
    """Why there is no value."""
    texts = {
        NO_RECORDS: _("no records yet"),
        NO_UNIT: _("the project does not name the office's unit"),
        NOT_REACHED: _("not reached yet"),
    }
    return texts.get(code, "")


def met_state(met: bool | None, has_value: bool) -> tuple[str, str]:
    """How the outcome is drawn: kind and word."""
    if met is None:
        word = _("a person judges") if has_value else pgettext("indicator", "open")
        return (StateKind.WORKING.value if has_value else StateKind.WAITING.value), word
    if met:
        return StateKind.DONE.value, pgettext("indicator", "reached")
    return StateKind.WORKING.value, pgettext("indicator", "not reached")


def defined(texts: dict[str, str]) -> str:
    """A definition in the reader's language; one of the office's own as it was written."""
    return texts.get(get_language() or "") or texts.get("") or texts.get("zh-hans", "")


def part_text(part: str) -> str:
    """What a record gives to the number."""
    words = {
        "counted": pgettext("record", "counted"),
        "not-counted": _("not counted"),
        "not-covered": _("not covered"),
        "excluded": _("excluded"),
    }
    return words.get(part, part)


def stage_name(made: Freeze) -> str:
    """A stage with its month and version."""
    text = str(Stage(made.stage).label)
    if made.month:
        text = _("%(stage)s, end of month %(month)s") % {"stage": text, "month": made.month}
    return text if made.version == 1 else _("%(stage)s, correction %(n)s") % {"stage": text, "n": made.version - 1}


def record_url(person: Person, kind: str, record_id: str) -> str:
    """Where a record is opened, "" where the person may not or there is no page."""
    pages = {
        "round": (Permission.SEE_SCREENING, "screening:round"),
        "asset": (Permission.SEE_SCREENING, "screening:asset"),
        "incident": (Permission.SEE_INCIDENTS, "incidents:show"),
        "notice": (Permission.SEE_NOTICES, "notices:show"),
        "notice-copy": (Permission.SEE_NOTICES, "notices:copy"),
        "platform": (Permission.SEE_PERFORMANCE, "performance:platform"),
        "survey": (Permission.SEE_SURVEYS, "surveys:show"),
        "training": (Permission.SEE_TRAINING, "training:session"),
        "unit": (Permission.SEE_UNITS, "units:show"),
    }
    if kind not in pages or not person.can(pages[kind][0]):
        return ""
    return reverse(pages[kind][1], args=[int(record_id) if kind in {"asset", "platform"} else record_id])


def sentence(error: Refused) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "name": _("The name is missing."),
        "year": _("Write the budget year with four digits."),
        "budget": _("The budget must be above nought."),
        "plan": _("The plan of spending must grow to 100 % in December."),
        "exists": _("There is one with this name or number already."),
        "rows": _("The table holds no indicators, or holds some already."),
        "levels": _("This second level does not belong to this first level in the structure of the budget year."),
        "target": _("The target is missing."),
        "definition": _("Write what is counted: a number without a definition shows nothing."),
        "measure": _("This measure is not known."),
        "weight": _("A weight lies between 0 and 100."),
        "why": _("Write why: who reads it later must understand it."),
        "computed": _(
            "This value is counted from records and can't be entered. Enter what is missing where it belongs."
        ),
        "day": _("The day must lie in the budget year and not ahead."),
        "value": _("Enter a number or words."),
        "person": _("Name who answers for it."),
        "document": _("Name the document that shows it."),
        "counts": _("More were present than invited or registered: check the numbers."),
        "address": _("Write where it is found; of a website an address that begins with https:// or http://."),
        "since": _("It can't be in operation since a day that has not come."),
        "within": _("The time lies between 1 and 366 days."),
        "asset": _("Only a website or an application of the register is watched."),
        "ended": _("The last day lies between the first one and today."),
        "posted": _("The day must lie in the time in which the platform was in operation, and not ahead."),
        "link": _("Write the whole address of the post, beginning with https:// or http://."),
        "withdrawn": _("It is withdrawn already."),
        "score": _("A score needs a weight and can't be above it."),
        "stage": _("There is no such stage."),
        "early": _("This month is not over yet (%(month)s).") % {"month": error.detail},
        "number": _("The number is missing."),
        "party": _("The other party is missing."),
        "amount": _("The amount must not be nought, and must fit the budget."),
        "voucher": _("The voucher is missing."),
        "payee": _("The payee is missing."),
        "contract": _("There is no such contract in this project."),
    }
    return texts[error.code]
