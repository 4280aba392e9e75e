"""What kinds, labels and reasons are called, in the reader's language."""

from django.utils.translation import gettext_lazy as _

from fenghuo.see.intel.refusals import Reason
from fenghuo.see.intel.values import Kind

KIND_NAMES = {
    Kind.ADDRESS: _("address"),
    Kind.NETWORK: _("network"),
    Kind.DOMAIN: _("domain"),
    Kind.URL: _("URL"),
    Kind.HASH: _("file hash"),
}
_SENTENCES = {
    Reason.NOT_UNDERSTOOD: _("It is no address, network, domain, URL or file hash."),
    Reason.WRONG_KIND: _("It is not of the kind that the list says."),
    Reason.PERSON: _("It names a person: e-mail addresses, telephone numbers and accounts are not taken."),
    Reason.PRIVATE_ADDRESS: _("It is a private, reserved, loopback or multicast address."),
    Reason.TOO_WIDE: _("The network is too wide: it names providers, not attackers."),
    Reason.TOP_LEVEL: _("Everybody registers names below this suffix."),
    Reason.COMMON: _("Half the world uses it; it would meet nearly everything."),
    Reason.OWN_ASSET: _("It is an asset of a unit of ours, or contains one. Look into why somebody lists it."),
    Reason.TOO_LONG: _("It is too long."),
    Reason.UNSUPPORTED: _("This type or pattern is not supported."),
    Reason.REVOKED: _("Its author has taken it back."),
    Reason.NOT_FOR_DETECTION: _("Its author says that it is not for detection."),
    Reason.OVER_LIMIT: _("The list has more rows than are taken at once."),
    Reason.SECRET: _("It carries a mark of state secrecy; such data must not come into this system."),
}


def sentence(reason: str) -> str:
    """The sentence of a reason's code."""
    return str(_SENTENCES[Reason(reason)])


def kind_name(kind: str) -> str:
    """What a kind is called."""
    return str(KIND_NAMES[Kind(kind)])
