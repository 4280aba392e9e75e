"""Words of these pages: names of sections and fields, and why something is refused."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.report.publication.decide import Refused
from fenghuo.report.publication.models import PublicationState


def section_names() -> dict[str, str]:
    """Section → its name in the reader's language, in the order of the document."""
    return {
        "head": _("Title and opening"),
        "duties": _("Duties and organisation"),
        "overview": _("Income, spending and changes"),
        "operating_cost": _("Operating cost"),
        "public_cost": _("Travel abroad, vehicles and reception (三公)"),
        "performance": _("Performance goals"),
        "procurement": _("Procurement"),
        "assets": _("Fixed assets"),
        "glossary": _("Glossary"),
        "other": _("Other matters"),
        "tables": _("Budget tables"),
    }


def field_name(name: str) -> str:
    """A field of the data file in the reader's language."""
    return {
        "office": _("Name of the department"),
        "year": pgettext("disclosure", "Year"),
        "preamble": _("Paragraphs before the first section (one a line)"),
        "introduction": _("Introduction"),
        "items": _("Duties (one a line)"),
        "organisation": _("Organisation (one paragraph a line)"),
        "bodies": _("Bodies of the department"),
        "nature": pgettext("disclosure", "Nature"),
        "rank": pgettext("disclosure", "Rank"),
        "funding": _("How it is funded"),
        "income": pgettext("disclosure", "Income"),
        "spending": pgettext("disclosure", "Spending"),
        "changes": _("Changes against last year"),
        "total": pgettext("disclosure", "Total"),
        "parts": _("Parts"),
        "amount": pgettext("disclosure", "Amount"),
        "basic": _("Basic spending"),
        "personnel": _("Personnel"),
        "operating": _("Daily operation"),
        "projects": pgettext("disclosure", "Projects"),
        "projects_note": _("What the projects are for"),
        "others": _("Other spending"),
        "last_year": _("Year before"),
        "direction": pgettext("disclosure", "Direction"),
        "last": _("Last year's amount"),
        "percent": _("Percent"),
        "reason": pgettext("disclosure", "Reason"),
        "use": _("What it is used for"),
        "abroad": _("Travel abroad"),
        "vehicles": _("Vehicles"),
        "purchase": _("Purchase of vehicles"),
        "running": _("Running of vehicles"),
        "reception": _("Reception of guests"),
        "change": _("Change against last year"),
        "overall": _("Overall goal (one paragraph a line)"),
        "goals": _("Goals by task (one paragraph a line)"),
        "measures": _("How they are secured (one paragraph a line)"),
        "title": pgettext("disclosure", "Title"),
        "code": pgettext("disclosure", "Code"),
        "name": pgettext("disclosure", "Name"),
        "budget": pgettext("disclosure", "Budget"),
        "fiscal": _("Fiscal money"),
        "other": _("Other money"),
        "owner": _("Responsible body"),
        "plan": _("Plan of spending"),
        "month": _("End of month"),
        "goal": pgettext("disclosure", "Goal"),
        "indicators": pgettext("disclosure", "Indicators"),
        "level1": _("First level"),
        "level2": _("Second level"),
        "description": pgettext("disclosure", "Description"),
        "target": pgettext("disclosure", "Target"),
        "basis": _("Basis of the target"),
        "note": pgettext("disclosure", "Remark"),
        "rows": pgettext("disclosure", "Rows"),
        "project": pgettext("disclosure", "Project"),
        "funds": _("Budget money"),
        "item": _("What is bought"),
        "catalogue": _("Number in the catalogue"),
        "unit": pgettext("disclosure", "Unit"),
        "quantity": _("Quantity"),
        "price": _("Price"),
        "subtotal": _("From this year's budget"),
        "general": _("General public budget"),
        "fund": _("Fund budget"),
        "account": _("Fiscal account"),
        "channel": _("Other channels"),
        "as_of": _("As of (day)"),
        "total_count": _("Total of pieces"),
        "count": pgettext("disclosure", "Count"),
        "value": pgettext("disclosure", "Value"),
        "term": pgettext("disclosure", "Term"),
        "meaning": _("Meaning"),
        "glossary": _("Glossary"),
    }.get(name) or section_names().get(name, name)


def place(path: str) -> str:
    """A path in the reader's language: "Fixed assets › Rows 3 › Value"."""
    words: list[str] = []
    for step in path.split("."):
        name, _bracket, number = step.partition("[")
        word = field_name(name) if words or name in ("office", "year", "preamble") else section_names().get(name, name)
        words.append(f"{word} {int(number[:-1]) + 1}" if number else word)
    return " › ".join(words)


def sentence(error: Refused) -> str:
    """Why it was refused, and what to do."""
    texts = {
        "year": _("The year does not fit: the document is that of %(detail)s."),
        "office": _("The name of the department is missing."),
        "exists": _("There is a document of %(detail)s already."),
        "state": _("This can not be done in the state in which the document is now. Load the page again."),
        "changed": _("%(detail)s saved another version meanwhile. Load the page again and enter your change there."),
        "section": _("There is no such section."),
        "overtyped": _("“%(place)s” comes from the records. Write why it is to be different, or put it back."),
        "why": _("Write why."),
        "nothing": _("Choose what is to be taken from the records."),
        "published": _("It is published already; the day of approval stands."),
        "document": _("Name the document that shows it."),
        "day": _("This day does not fit."),
        "errors": _("The rules find errors. Mend them first."),
        "same": _("You asked for approval; another person has to give it."),
        "address": _("Write the address (https://…) where the document was published."),
        "approval": _("Enter first on which day the budget was approved: the twenty days count from it."),
        "name": _("The name is missing."),
        "count": _("The count does not fit: above nought, two places at most, and not more than there is."),
        "amount": _(
            "The amount does not fit: not below nought, and not more than there is. With the last piece all value goes."
        ),
        "cheap": _("A piece costs less than 200,000 yuan: it belongs to the other fixed assets."),
    }
    return texts[error.code] % {
        "detail": error.detail,
        "place": place(error.detail) if error.code == "overtyped" else "",
    }


def state_of(state: str) -> tuple[StateKind, str]:
    """How a state is drawn."""
    kinds = {"draft": StateKind.WORKING, "review": StateKind.WAITING, "published": StateKind.DONE}
    return kinds[state], str(PublicationState(state).label)


def what_name(what: str) -> str:
    """How a version came about."""
    return {
        "blank": _("begun empty"),
        "last-year": _("begun with last year's"),
        "file": _("taken from a file"),
        "records": _("filled from records"),
        "section": _("edited"),
    }[what]
