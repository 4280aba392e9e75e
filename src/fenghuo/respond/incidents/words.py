"""Words of reports: their items in the order of the law, and what a row of the tables is called."""

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from fenghuo.base.audit import SYSTEM
from fenghuo.respond.incidents.decide import REPORT_ITEMS, SUMMARY_ITEMS
from fenghuo.respond.incidents.models import GRADES, STAGES
from fenghuo.respond.incidents.queries import Moment, tables_in_force


def language() -> str:
    """ "zh" or "en": the language that is active, as the tables name theirs."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def item_names(summary: bool) -> dict[str, str]:
    """Item → its name, in order: Art. 7 items 1 to 8 of a report, or what Art. 8 asks of the summary."""
    words = {
        "unit": _("Unit and basic facts of the system"),
        "event": _("Time and place, type, grade, effect and harm so far, measures and their result"),
        "trend": _("How it may go on, and what further harm it may do"),
        "cause": _("Cause (first analysis)"),
        "tracing": _("Clues for tracing: attacker, path, weaknesses"),
        "measures": _("Further measures, and help that is asked for"),
        "scene": _("How the scene is kept"),
        "other": pgettext("report", "Other"),
    }
    ends = {
        "cause": pgettext("report", "Cause"),
        "measures": _("Measures of the emergency response"),
        "harm": pgettext("report", "Harm done"),
        "responsibility": _("Responsibility"),
        "rectification": pgettext("report", "Rectification"),
        "lessons": pgettext("report", "Lessons"),
    }
    return {i: ends[i] for i in SUMMARY_ITEMS} if summary else {i: words[i] for i in REPORT_ITEMS}


def party_name(key: str) -> str:
    """Name of a party of the duties."""
    parties = tables_in_force().duties.parties
    return parties[key][language()] if key in parties else key


def in_words(moment: Moment) -> str:
    """The text of a line of the timeline, its codes in the reader's language: states, grades, parties."""
    names: dict[str, str] = {}
    if moment.kind == "log:state":
        names = {code: str(name) for code, name in STAGES}
    elif moment.kind.startswith("grade:"):
        names = {code: str(name) for code, name in GRADES}
    elif moment.kind == "receipt":
        code, _space, rest = moment.text.partition(" ")
        return f"{party_name(code)} {rest}"
    words = moment.text.split(" ")
    return " ".join([*(names.get(word, word) for word in words[:3]), *words[3:]])


def by_whom(moment: Moment) -> str:
    """Who did it; the platform itself by its own word."""
    return str(_("the platform")) if moment.by == SYSTEM.name else moment.by
