"""What the technical classes are called (GB/T 20986-2023, subclasses), and the titles of what raised a warning."""

from collections.abc import Mapping
from functools import cache

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fenghuo.see.detection.threat_classes import ThreatClass
from fenghuo.see.rulebook.texts import title_of, titles_with
from fenghuo.see.screening import hits

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


def class_choices() -> list[tuple[str, str]]:
    """Every technical class with its name in the reader's language, for forms."""
    return [(known.value, str(name)) for known, name in _NAMES.items()]


def chinese_class_name(value: str) -> str:
    """The name of a technical class in Chinese, for official papers."""
    with translation.override("zh-hans"):
        return class_name(value)


def raised_by(title: str) -> str:
    """The title of a rule or of a screening finding in the reader's language; as it is where it is not one of ours."""
    known = title_of(title)
    return _findings().get(title, title) if known == title and (get_language() or "").startswith("zh") else known


def raised_with(word: str) -> list[str]:
    """Own titles of rules and findings whose Chinese title holds this text."""
    wanted = word.casefold()
    return [*titles_with(word), *(own for own, chinese in _findings().items() if wanted in chinese.casefold())]


@cache
def _findings() -> Mapping[str, str]:
    return hits.titles()
