"""Why a bundle was not taken and what would help, and what a person must know of a draft that was made of one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from fenghuo.share.stix.actions import Refused
from fenghuo.share.stix.warning import MOST_OBJECTS, NotAWarning


def fault_of_file(error: NotAWarning) -> str:
    """What is wrong with a file, where, and what to do."""
    texts = {
        "size": _("The file is empty or larger than 8 MB. Ask for a bundle that holds this warning only."),
        "json": _("The file is no JSON (line and column %(where)s). Ask its issuer for the file anew."),
        "bundle": _('The file is no STIX bundle: "type" must be "bundle", and "objects" a list.'),
        "objects": _(
            "The bundle holds %(where)s objects; %(most)s are the most. Ask for one that holds this warning only."
        ),
        "none": _(
            "The bundle holds no report and no note, so that no warning can be taken from it. If it holds indicators, import it on the "
            "page of indicators."
        ),
        "several": _(
            "The bundle holds several warnings (%(where)s), and one is taken at a time. Ask for one file each."
        ),
        "version": _('%(where)s is not STIX 2.1 ("spec_version"). Ask its issuer for STIX 2.1.'),
        "missing": _("Not there, or empty: %(where)s. Ask its issuer to put it in, or enter the warning by hand."),
        "type": _(
            "Not of the kind that STIX 2.1 says: %(where)s. Ask its issuer to mend it, or enter the warning by hand."
        ),
        "long": _("Longer than is taken: %(where)s. Enter the warning by hand."),
        "value": _("No value that is known here: %(where)s. Ask its issuer to mend it, or enter the warning by hand."),
        "time": _("No time of STIX 2.1, or not between 1990 and 2199: %(where)s. Ask its issuer to mend it."),
        "id": _("No id of STIX 2.1: %(where)s. Ask its issuer to mend it."),
        "duplicate": _("Two objects have the id %(where)s and do not say the same. Ask its issuer which one holds."),
        "secret": _(
            "The text carries a mark of a state secret. It must not stand on this platform: go by the rules of secrecy, and tell who is "
            "responsible for them."
        ),
    }
    return texts[error.code] % {"where": error.where, "most": MOST_OBJECTS}


def refusal(error: Refused) -> str:
    """Why no draft was made of a bundle, or no bundle of a warning."""
    return {
        "same": _("This version of the warning came in before; what was made of it stands."),
        "older": _("A later version of this warning came in before; what was made of it stands."),
        "newer": _(
            "An earlier version of this warning stands here. Throw its draft away and take this file again; if it is published, change it "
            "there by what the file says."
        ),
        "own": _("This is a warning that this office itself gave out."),
        "revoked": _("Its issuer has lifted this warning. If it stands here, lift it there."),
        "level": _("The bundle states no level: choose the one that its issuer gave it."),
        "not-published": _("Only what is published is given out as a bundle."),
        "exercise": _("An exercise does not leave the house as a bundle: others would take it for a warning."),
    }[error.code]


def remarks(found: Sequence[Sequence[str]]) -> list[str]:
    """Sentences about a draft that was made of a bundle (`Received.remarks`)."""
    texts = {
        "level-guessed": _(
            "The level follows from the words of the title or of a label; the bundle does not state it as such."
        ),
        "level-chosen": _("The bundle states no level; a person chose it."),
        "threat_class-guessed": _("The class of the event is a guess: the bundle states none that is known here."),
        "no-issuer": _("The bundle does not say by name whom it comes from; enter it."),
        "no-number": _("The bundle states no document number; enter it."),
        "no-tlp": _("The bundle carries no TLP marking."),
        "marking": _("It carries a marking besides: %(text)s"),
    }
    return [texts[code] % {"text": text} for code, text in found]
