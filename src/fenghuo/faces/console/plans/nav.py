"""The pages of plans beside each other."""

from django.urls import reverse
from django.utils.translation import gettext as _


def nav(here: str) -> list[tuple[str, str, bool]]:
    """(address, title, whether it is this page) of the pages about plans and playbooks."""
    found = {
        "plans": (reverse("plans:list"), _("Emergency plans")),
        "playbooks": (reverse("playbooks:list"), _("Playbooks")),
    }
    return [(url, title, name == here) for name, (url, title) in found.items()]
