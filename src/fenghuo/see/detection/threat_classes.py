"""The closed list of technical threat classes, after the subclasses of GB/T 20986-2023 that concern systems.

There is no class for opinions, topics, religion, groups or persons, and none may be added: a rule describes an attack on a
system or it is refused.
"""

from collections.abc import Sequence
from enum import StrEnum

from fenghuo.base.common.severity import Harm, SigmaLevel


class ThreatClass(StrEnum):
    """What is happening to a system."""

    MALWARE = "malware"
    RANSOMWARE = "ransomware"
    CRYPTOMINING = "cryptomining"
    WEBSHELL = "webshell"
    BACKDOOR = "backdoor"
    SCANNING = "scanning"
    PHISHING = "phishing"
    PASSWORD_GUESSING = "password-guessing"  # noqa: S105 -- the name of a class, not a password
    CREDENTIAL_THEFT = "credential-theft"
    VULNERABILITY_EXPLOIT = "vulnerability-exploit"
    WEB_ATTACK = "web-attack"
    DENIAL_OF_SERVICE = "denial-of-service"
    DOMAIN_HIJACKING = "domain-hijacking"
    COMMAND_AND_CONTROL = "command-and-control"
    LATERAL_MOVEMENT = "lateral-movement"
    PRIVILEGE_ESCALATION = "privilege-escalation"
    PERSISTENCE = "persistence"
    DEFENCE_EVASION = "defence-evasion"
    DATA_TAMPERING = "data-tampering"
    DATA_THEFT = "data-theft"
    MISUSE = "misuse"
    DEVICE_FAULT = "device-fault"
    OTHER_ATTACK = "other-attack"


_BY_TECHNIQUE = {
    "t1486": ThreatClass.RANSOMWARE,
    "t1490": ThreatClass.RANSOMWARE,
    "t1496": ThreatClass.CRYPTOMINING,
    "t1505.003": ThreatClass.WEBSHELL,
    "t1110": ThreatClass.PASSWORD_GUESSING,
    "t1190": ThreatClass.VULNERABILITY_EXPLOIT,
    "t1210": ThreatClass.VULNERABILITY_EXPLOIT,
    "t1595": ThreatClass.SCANNING,
    "t1046": ThreatClass.SCANNING,
    "t1566": ThreatClass.PHISHING,
    "t1498": ThreatClass.DENIAL_OF_SERVICE,
    "t1499": ThreatClass.DENIAL_OF_SERVICE,
    "t1565": ThreatClass.DATA_TAMPERING,
    "t1491": ThreatClass.DATA_TAMPERING,
}
_BY_TACTIC = {
    "reconnaissance": ThreatClass.SCANNING,
    "initial-access": ThreatClass.VULNERABILITY_EXPLOIT,
    "persistence": ThreatClass.PERSISTENCE,
    "privilege-escalation": ThreatClass.PRIVILEGE_ESCALATION,
    "defense-evasion": ThreatClass.DEFENCE_EVASION,
    "stealth": ThreatClass.DEFENCE_EVASION,
    "credential-access": ThreatClass.CREDENTIAL_THEFT,
    "lateral-movement": ThreatClass.LATERAL_MOVEMENT,
    "collection": ThreatClass.DATA_THEFT,
    "exfiltration": ThreatClass.DATA_THEFT,
    "command-and-control": ThreatClass.COMMAND_AND_CONTROL,
}
_HARM = {
    SigmaLevel.CRITICAL: Harm.EXTREME,
    SigmaLevel.HIGH: Harm.SEVERE,
    SigmaLevel.MEDIUM: Harm.CONSIDERABLE,
}


def class_of(tags: Sequence[str], own: str = "") -> ThreatClass:
    """The class that a rule states itself, else the one of its ATT&CK technique, else of its first tactic.

    Raises:
        ValueError: the rule states a class that is not in the list.
    """
    if own:
        return ThreatClass(own)
    names = [tag.lower().removeprefix("attack.").replace("_", "-") for tag in tags if tag.lower().startswith("attack.")]
    for name in names:
        found = _BY_TECHNIQUE.get(name) or _BY_TECHNIQUE.get(name.partition(".")[0])
        if found:
            return found
    return next((_BY_TACTIC[name] for name in names if name in _BY_TACTIC), ThreatClass.OTHER_ATTACK)


def harm_of(level: SigmaLevel, own: str = "") -> Harm:
    """The possible damage that a rule states itself, else the one that its level suggests.

    Raises:
        ValueError: the rule states a harm that is not in the list.
    """
    return Harm(own) if own else _HARM.get(level, Harm.SLIGHT)
