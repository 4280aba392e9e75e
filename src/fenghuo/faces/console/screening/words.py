"""The closed lists of screening in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenghuo.faces.console.choosing import Choice, Group, grouped
from fenghuo.see.screening import words
from fenghuo.see.screening.actions import CannotDo
from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import VerdictKind
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import Up
from fenghuo.see.screening.facts import CheckClass
from fenghuo.see.screening.models import Origin

_ROUND = "round:"


def reader() -> str:
    """The language of advice and rules for the reader: "zh" or "en"."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def class_word(name: str) -> str:
    """What a class of checks is called."""
    return _(words.CLASSES[CheckClass(name)]) if name in set(CheckClass) else name


def class_choices() -> list[tuple[str, str]]:
    """Every class with its name."""
    return [(found.value, _(word)) for found, word in words.CLASSES.items()]


def class_hints() -> Mapping[str, str]:
    """What is done under each class, in a sentence for who gives consent."""
    return {
        CheckClass.LOOKUP: _("asks name servers, registers and certificate authorities about it; contacts no site"),
        CheckClass.VISIT: _("opens its pages as a browser does, at most one a second; watches whether it answers"),
        CheckClass.CONTENT: _("asks for a short list of paths where files leak, and reads the first bytes"),
        CheckClass.TRANSPORT: _("opens encrypted connections to see certificate and versions"),
        CheckClass.PORTS: _("tries once whether some forty common ports answer"),
        CheckClass.SERVICES: _("reads how an open service introduces itself; never tries a password"),
        CheckClass.MAIL: _("connects to its mail exchangers and asks for encryption; sends no mail"),
        CheckClass.NAMES: _("asks its name servers directly, for a transfer of the zone too"),
    }


def reason_word(reason: str) -> str:
    """Why a check did not finish, or does not apply; "" for none."""
    word = words.reason_word(reason) if reason else ""
    return _(word) if word else ""


def verdict_word(verdict: str) -> str:
    """What a verdict is called."""
    return _(words.VERDICTS[VerdictKind(verdict)])


def check_title(check_id: str) -> str:
    """A check's title; its id where this version has no such check."""
    if check_id not in all_checks():
        return check_id
    return next(iter(advice.all_advice(check_id, reader()).values())).check_title


def check_choices() -> list[tuple[str, str]]:
    """Every check with its title, in the order of their numbers."""
    return [(check_id, check_title(check_id)) for check_id in all_checks()]


def checks_by_class() -> list[tuple[Group, list[Choice]]]:
    """The checks under the names of their classes."""
    return grouped(
        dict(class_choices()),
        ((check.check_class.value, (check_id, check_title(check_id))) for check_id, check in all_checks().items()),
    )


def outcomes_with(text: str) -> list[tuple[str, str]]:
    """(check, outcome) whose title holds this text, in either language."""
    wanted = text.casefold()
    return [
        (check_id, key)
        for check_id in all_checks()
        for language in advice.LANGUAGES
        for key, told in advice.all_advice(check_id, language).items()
        if wanted in told.title.casefold() or wanted in told.check_title.casefold()
    ]


def origin_word(origin: str) -> str:
    """How a verdict came, "" where this platform made it."""
    return str(Origin(origin).label) if origin in set(Origin) - {Origin.SERVER} else ""


def up_word(state: str) -> str:
    """What a state of availability is called."""
    texts = {
        Up.UP: _("answers"),
        Up.PENDING: _("being tried again"),
        Up.DOWN: _("does not answer"),
        Up.MAINTENANCE: _("under maintenance"),
        Up.UNWATCHED: _("not watched"),
    }
    return texts[Up(state)]


def stage_word(stage: str) -> str:
    """What of a visit failed, "" for nothing."""
    texts = {
        "dns": _("its name was not found"),
        "tcp": _("no connection"),
        "tls": _("no encryption"),
        "http": _("no page in 15 seconds"),
    }
    return texts.get(stage, "")


def period_title(period: str, rounds: Mapping[str, str]) -> str:
    """A period's name; `rounds` is round id → name."""
    if period.startswith(_ROUND):
        return rounds.get(period.removeprefix(_ROUND), _("a round that is gone"))
    year, _dash, month = period.partition("-")
    return _("%(year)s-%(month)s") % {"year": year, "month": month}


def steps_for(name: str) -> str:
    """What steps of an advice are for."""
    return _(words.STEPS_FOR[name])


def said(error: CannotDo) -> str:
    """Why a verb could not be done, and what would help."""
    texts = {
        "classes": _("Choose at least one class of checks."),
        "time": _("The end must lie after the beginning."),
        "addresses": _("One of the addresses is no IP address such as 192.0.2.1."),
        "quiet": _("Write quiet hours as 22:00-06:00, one span a line."),
        "giver": _("Write down who gave the authorisation."),
        "reason": _("Write down why: whoever reads this later must understand it."),
        "state": _(
            "Somebody else has done this meanwhile, or it is not possible as things stand; the page shows how they stand."
        ),
        "until": _("Choose an end ahead of now, at most a year away."),
        "same-person": _("You asked for it; another person has to confirm."),
        "withdrawn": _("It was withdrawn already."),
        "assets": _("None of these assets is concerned by a check."),
        "permit": _("Nothing may be contacted: no authorisation is in force. Enter one first."),
    }
    return texts[error.code]
