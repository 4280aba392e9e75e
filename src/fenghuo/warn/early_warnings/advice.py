"""What to look at first, by technical class: for the one at the desk, in words that need no specialist."""

from django.utils.translation import gettext_lazy as _

from fenghuo.see.detection.threat_classes import ThreatClass

_OUTSIDE = _(
    "A web request was tried. An answer of 200 or 500 to it is worse than 403 or 404: ask what the page shows."
)
_PATCH = _("Ask for the version of the product; if it is not mended, take it off the internet until it is.")
_HOST = _("Take the computer off the network, but leave it running: its memory is evidence.")
_PASSWORDS = _("Change the passwords of every account that was used there, from another computer.")
_WHO = _("Ask the unit whether one of its administrators did this, and when.")

_ADVICE = {
    ThreatClass.MALWARE: (_HOST, _("Look for the same program on other computers of the unit."), _PASSWORDS),
    ThreatClass.RANSOMWARE: (
        _HOST,
        _("Disconnect the backups at once, before anything else is tried."),
        _("Do not pay, do not restart, do not delete: call the response team."),
    ),
    ThreatClass.CRYPTOMINING: (
        _("Look which process loads the processor, and how it starts again after a restart."),
        _("Whoever can mine can do worse: look for the way in before you clean up."),
    ),
    ThreatClass.WEBSHELL: (
        _("Take the site off the internet, and keep a copy of its folder and of its logs."),
        _("Look for files in upload folders that were changed lately, and for the request that brought the first one."),
        _PASSWORDS,
    ),
    ThreatClass.BACKDOOR: (_HOST, _("Look for accounts, services and scheduled tasks that nobody set up."), _PASSWORDS),
    ThreatClass.SCANNING: (
        _("Somebody looks for weak places. Check whether one of the tries had success, then block the address."),
    ),
    ThreatClass.PHISHING: (
        _("Ask who opened the message or the page, and whether a password was typed in."),
        _PASSWORDS,
    ),
    ThreatClass.PASSWORD_GUESSING: (
        _("Look whether a sign-in from the same address had success afterwards."),
        _("Close the service to the internet, or let it in from known addresses only."),
    ),
    ThreatClass.CREDENTIAL_THEFT: (_HOST, _PASSWORDS, _("On a domain controller, call the response team at once.")),
    ThreatClass.VULNERABILITY_EXPLOIT: (_OUTSIDE, _PATCH),
    ThreatClass.WEB_ATTACK: (_OUTSIDE, _("Look what else the same address asked for, before and after.")),
    ThreatClass.DENIAL_OF_SERVICE: (
        _("Check from outside whether the service still answers; ask the access provider to filter."),
    ),
    ThreatClass.DOMAIN_HIJACKING: (
        _("Compare the records at the registrar with what they should be; lock the domain there."),
    ),
    ThreatClass.COMMAND_AND_CONTROL: (
        _HOST,
        _("Block the foreign address for the whole unit, and look who else speaks to it."),
        _PASSWORDS,
    ),
    ThreatClass.LATERAL_MOVEMENT: (_WHO, _("Look from which computer it came: that one was taken over first.")),
    ThreatClass.PRIVILEGE_ESCALATION: (_WHO, _("If nobody did, treat the computer as taken over.")),
    ThreatClass.PERSISTENCE: (_WHO, _("If nobody did, keep a copy of what was set up, then remove it.")),
    ThreatClass.DEFENCE_EVASION: (_WHO, _("What is missing in the emptied log may still stand here: search its host.")),
    ThreatClass.DATA_TAMPERING: (
        _(
            "Put a notice page in front, keep the changed content as evidence, restore from a copy that is known to be good."
        ),
    ),
    ThreatClass.DATA_THEFT: (
        _("Find out which data, and of how many people: legal clocks hang on it."),
        _("Close the way out, and keep every log of the last days."),
    ),
    ThreatClass.MISUSE: (_WHO,),
    ThreatClass.DEVICE_FAULT: (_("Ask the unit whether the device works, and who mends it."),),
    ThreatClass.OTHER_ATTACK: (_WHO, _("Look what else the same address or computer did.")),
}


def advice_of(value: str) -> list[str]:
    """What to look at first for a technical class, in the reader's language."""
    return [str(text) for text in _ADVICE[ThreatClass(value)]]
