"""What a TLP 2.0 marking of a formal warning lets the office do with it, in the reader's language."""

from django.utils.translation import gettext as _

from fenghuo.see.intel.values import Tlp


def allows(tlp: str) -> str:
    """A sentence; `tlp` is "" where nobody said how far it may go."""
    texts: dict[str, str] = {
        Tlp.RED: _(
            "Only the persons it was sent to may know it. It goes to units only where its issuing body consents; the consent is entered "
            "in the draft."
        ),
        Tlp.AMBER_STRICT: _(
            "It may be known in this office only, by who needs it. It goes to units only where its issuing body consents; the consent is "
            "entered in the draft."
        ),
        Tlp.AMBER: _(
            "This office may pass it on to the units that it serves, as far as they need it. It is not for the public."
        ),
        Tlp.GREEN: _("It may be passed on within the county and its field of work. It is not for the public."),
        Tlp.CLEAR: _("It may be passed on to anybody."),
    }
    return texts.get(
        tlp, _("Nobody said how far it may go: ask before it goes further than to the units that this office serves.")
    )


def allows_receivers(tlp: str) -> str:
    """The same for who received a warning from this office; "" where it has no marking."""
    texts: dict[str, str] = {
        Tlp.RED: _("Only the persons it was sent to may know it."),
        Tlp.AMBER_STRICT: _("It may be used inside of the unit, by who needs it, and not passed on."),
        Tlp.AMBER: _(
            "It may be passed on to those whom the unit serves, as far as they need it. It is not for the public."
        ),
        Tlp.GREEN: _("It may be passed on within the county and its field of work. It is not for the public."),
        Tlp.CLEAR: _("It may be passed on to anybody."),
    }
    return texts.get(tlp, "")
