"""Results of laptops, testing companies and other programs: read, mapped to our checks, and brought into the ledger."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fenghuo.base.accounts.permissions import Permission
from fenghuo.faces.console.access import actor_of, person_of, requires
from fenghuo.faces.console.screening import words
from fenghuo.faces.console.screening.board import OUTCOMES
from fenghuo.faces.console.screening.entry import ResultsForm
from fenghuo.faces.console.screening.nav import page
from fenghuo.faces.console.screening.rows import shown
from fenghuo.see.screening.imports.base import MOST_BYTES, Unreadable
from fenghuo.see.screening.imports.take import File, Taken, take
from fenghuo.see.screening.models import Origin

_SHOWN = 200


def said(error: Unreadable) -> str:
    """Why a file can't be taken, and what would help."""
    texts = {
        "too-large": _("It is larger than 16 MB, or has too many lines. Split it."),
        "format": _("This is no file that is known here: verdicts.jsonl, nmap XML, Nuclei JSONL or testssl JSON."),
        "broken": _("The file is broken (place: %(detail)s). Export it anew."),
        "doctype": _(
            "The XML declares a document type or entities of its own; no scanner writes that. It was not read."
        ),
        "old": _("The results are of %(detail)s. What is older than 31 days says nothing of how a site is now."),
    }
    return texts[error.code] % {"detail": error.detail}


@requires(Permission.EDIT_SCREENING)
def take_file(request: HttpRequest) -> HttpResponse:
    """Import a file for an asset; the page says what was taken and what was not."""
    person = person_of(request)
    form = ResultsForm(person, request.POST or None, request.FILES or None)
    taken: Taken | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        content, findings = asked["file"], asked["findings"]
        try:
            if content.size > MOST_BYTES or (findings and findings.size > MOST_BYTES):
                raise Unreadable("too-large")
            beside = findings.read() if findings else b""
            file = File(content.name, content.read(), beside, Origin(asked["origin"]), asked["by"])
            taken = take(actor_of(request), asked["asset"], file)
        except Unreadable as error:
            form.add_error("file", said(error))
    values: dict[str, object] = {"form": form, "taken": taken}
    return page(request, "import", "import", values | (_outcome(taken) if taken else {}))


def _outcome(taken: Taken) -> dict[str, object]:
    """What came of it, for the page."""
    unmapped = taken.results.unmapped
    return {
        "asset": taken.verdicts[0].asset if taken.verdicts else "",
        "verdicts": [
            (OUTCOMES[v.kind].value, words.verdict_word(v.kind), words.check_title(v.check), len(v.findings))
            for v in taken.verdicts
        ],
        "raised": shown(taken.recorded.raised),
        "closed": shown(taken.recorded.closed),
        "older": [words.check_title(v.check) for v in taken.older],
        "unmapped": unmapped.most_common(_SHOWN),
        "unmapped_number": sum(unmapped.values()),
        "others": taken.results.others.most_common(20),
        "others_number": sum(taken.results.others.values()),
    }
