"""Sentences for what is refused, how states are drawn, and the pages beside each other."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fenghuo.faces.console.values import StateKind
from fenghuo.respond.blocks.decide import State
from fenghuo.respond.blocks.guard import Refused

_KINDS = {
    State.ASKED: StateKind.WAITING,
    State.IN_FORCE: StateKind.WORKING,
    State.EXPIRED: StateKind.DONE,
    State.LIFTED: StateKind.DONE,
}


def block_kind(state: str) -> str:
    """How the state of an order is drawn."""
    return _KINDS.get(State(state), StateKind.GONE).value


def nav(here: str) -> list[tuple[str, str, bool]]:
    """(address, title, whether it is this page) of the pages about blocks."""
    titles = {
        "list": pgettext("pages of blocks", "Orders"),
        "objections": _("Objections"),
        "consumers": _("Devices that poll"),
    }
    found = [(reverse(f"blocks:{name}"), title, name == here) for name, title in titles.items()]
    return [*found, (reverse("blocks:numbers"), _("Public numbers"), here == "numbers")]


def sentence(error: Refused) -> str:
    """Why something was refused, and what would help."""
    texts = {
        "evidence": _(
            "Choose the evidence: a warning, a hit or a piece of an incident's evidence. Nothing is blocked without."
        ),
        "why": _("Write why, in a sentence that whoever is blocked could read."),
        "mixed": _("Evidence of an exercise is for orders of the exercise only, and an exercise needs such evidence."),
        "standing": _("An order for this stands already; look for it in the list."),
        "reason": _(
            "Only what attacks systems can be blocked: attack sources, malware, phishing, command and control."
        ),
        "term": _("The end must lie ahead, at most %(days)s days for this reason.") % {"days": error.detail},
        "not-understood": _("It is no address, network, domain or URL."),
        "hash": _("A file hash can't be blocked by address; enter it as an indicator instead."),
        "special-address": _("It is a private, reserved, loopback or multicast address."),
        "too-wide": _(
            "The network is too wide: it would meet neighbours who did nothing. At most a /24 (IPv4) or /48 (IPv6)."
        ),
        "top-level": _("Everybody registers names below this suffix."),
        "shared": _("Half the world uses it; block the one URL instead."),
        "person": _("It names a person: only addresses, domains and URLs of systems can be blocked."),
        "too-long": _("It is too long."),
        "unsupported": _("This type is not supported."),
        "own": _(
            "It belongs to a unit of ours or to this office, or contains something that does. Mend it there instead."
        ),
        "never": _(
            "It is a resolver, a root server, an update or a certificate service: without it everybody is less safe."
        ),
        "stated": _(
            "Domains of governments and schools need a statement why; write it, for the second person to read."
        ),
        "exercise-only": _("This range is kept for documentation: only orders of an exercise may use it."),
        "state": _("Somebody else has moved this on meanwhile; the page shows how it stands now."),
        "same-person": _("You ordered it: another person has to decide."),
        "not-yours": _("Only the person who is named for it can do this."),
        "text": _("A text is missing: whoever reads this later must understand it."),
        "owner": _("Who ordered or approved it can't judge the objection; choose somebody else."),
        "answered": _("The objection is answered already."),
    }
    return texts[error.code]
