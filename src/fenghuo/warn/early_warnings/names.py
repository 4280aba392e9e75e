"""What the technical classes are called (GB/T 20986-2023, subclasses)."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fenghuo.see.detection.threat_classes import ThreatClass

_NAMES = {
    ThreatClass.MALWARE: _("malware"),
    ThreatClass.RANSOMWARE: _("ransomware"),
    ThreatClass.CRYPTOMINING: _("cryptomining"),
    ThreatClass.WEBSHELL: _("web shell"),
    ThreatClass.BACKDOOR: _("backdoor"),
    ThreatClass.SCANNING: _("scanning"),
    ThreatClass.PHISHING: _("phishing"),
    ThreatClass.PASSWORD_GUESSING: _("password guessing"),
    ThreatClass.CREDENTIAL_THEFT: _("theft of credentials"),
    ThreatClass.VULNERABILITY_EXPLOIT: _("exploitation of a vulnerability"),
    ThreatClass.WEB_ATTACK: _("web attack"),
    ThreatClass.DENIAL_OF_SERVICE: _("denial of service"),
    ThreatClass.DOMAIN_HIJACKING: _("domain hijacking"),
    ThreatClass.COMMAND_AND_CONTROL: _("command and control"),
    ThreatClass.LATERAL_MOVEMENT: _("lateral movement"),
    ThreatClass.PRIVILEGE_ESCALATION: _("privilege escalation"),
    ThreatClass.PERSISTENCE: _("persistence"),
    ThreatClass.DEFENCE_EVASION: _("evasion of defences"),
    ThreatClass.DATA_TAMPERING: _("tampering with data"),
    ThreatClass.DATA_THEFT: _("theft of data"),
    ThreatClass.MISUSE: _("misuse"),
    ThreatClass.DEVICE_FAULT: _("device fault"),
    ThreatClass.OTHER_ATTACK: _("other attack"),
}


def classes_with(word: str) -> list[str]:
    """The technical classes whose name holds this text, in either language."""
    wanted = word.casefold()
    found = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {known.value for known, name in _NAMES.items() if wanted in str(name).casefold()}
    return sorted(found)


def class_name(value: str) -> str:
    """The name of a technical class in the reader's language."""
    return str(_NAMES[ThreatClass(value)])
