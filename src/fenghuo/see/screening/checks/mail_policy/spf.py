"""SPF as receivers evaluate it: check_host() of RFC 7208, over any source of DNS records; pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fenghuo.see.screening.checks.mail_policy.spf_macros import ANY_LETTER, BadMacro, as_name, check_macros, expand
from fenghuo.see.screening.checks.mail_policy.spf_record import (
    ASKING,
    BadRecord,
    Mechanism,
    Record,
    parse_record,
    spf_texts,
)

MOST_TERMS = 10
"""Mechanisms and modifiers that ask the name service, in one check (4.6.4)."""
MOST_VOIDS = 2
"""Answers without records."""
MOST_HOSTS = 10
"""Names of one MX or PTR answer that are looked at."""

LookUp = Callable[[str, str], Sequence[str]]
"""(name, "TXT" | "A" | "AAAA" | "MX" | "PTR") → records: a TXT record's strings joined, MX as host names in order of preference.

It follows aliases, and raises `Void` where there are no such records and `Temporary` where no clear answer came.
"""


class Void(Exception):
    """The name or records of this type do not exist."""


class Temporary(Exception):
    """The name service gave no clear answer; another time it may."""


class _Permanent(Exception):
    """The policy can't be evaluated until its owner mends it."""


class SpfResult(StrEnum):
    """Results of RFC 7208, section 2.6."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


_BY_QUALIFIER = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "~": SpfResult.SOFTFAIL, "?": SpfResult.NEUTRAL}


@dataclass(frozen=True, slots=True)
class SpfVerdict:
    """The result, the domain owner's explanation of a fail ("" for none), and what was wrong for the two errors."""

    result: SpfResult
    explanation: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Decided:
    result: SpfResult
    domain: str = ""
    explanation: str = ""


def check_sender(ip: str, sender: str, helo: str, look_up: LookUp) -> SpfVerdict:
    """The check of a message: by its sender's domain, by the HELO name where the sender is empty (2.4)."""
    domain = sender.rpartition("@")[2] or helo
    return check_host(ip, domain, sender or f"postmaster@{helo}", helo, look_up)


def check_host(
    ip: str,
    domain: str,
    sender: str,
    helo: str,
    look_up: LookUp,
    *,
    receiver: str = "unknown",
    now: int = 0,
    most_voids: int = MOST_VOIDS,
) -> SpfVerdict:
    """Whether a host may send mail for a domain.

    Args:
        ip: address of the client; IPv4 inside IPv6 counts as IPv4.
        sender: "local-part@domain"; without local part it is "postmaster".
        receiver, now: for the explanation only: the receiving host, and seconds since 1970.
    """
    evaluation = _Evaluation(ip, sender if "@" in sender else f"@{sender}", helo, look_up, receiver, now, most_voids)
    if not _is_name(domain) or "." not in domain.removesuffix(".") or domain.startswith("["):
        return SpfVerdict(SpfResult.NONE)
    try:
        decided = evaluation.decide(domain)
    except Temporary as error:
        return SpfVerdict(SpfResult.TEMPERROR, problem=str(error))
    except (_Permanent, BadRecord) as error:
        return SpfVerdict(SpfResult.PERMERROR, problem=str(error))
    explained = decided.result is SpfResult.FAIL and decided.explanation
    return SpfVerdict(decided.result, evaluation.explain(decided) if explained else "")


def _is_name(name: str) -> bool:
    labels = name.removesuffix(".").split(".")
    return len(name) <= 254 and all(0 < len(label) <= 63 for label in labels)


class _Evaluation:
    """One check: what it knows of the client, and how much it has asked."""

    def __init__(
        self, ip: str, sender: str, helo: str, look_up: LookUp, receiver: str, now: int, most_voids: int
    ) -> None:
        address = ip_address(ip)
        self.ip: IPv4Address | IPv6Address = getattr(address, "ipv4_mapped", None) or address
        local, _, self.sender_domain = sender.rpartition("@")
        self.local = local or "postmaster"
        self.helo, self.receiver, self.now = helo, receiver, now
        self.look_up, self.most_voids = look_up, most_voids
        self.terms = self.voids = 0

    def decide(self, domain: str) -> _Decided:
        """The result for a domain and where its explanation stands; includes and redirects come back here."""
        if not _is_name(domain):
            return _Decided(SpfResult.NONE)
        try:
            texts = spf_texts(self.look_up(domain, "TXT"))
        except Void:
            texts = []
        if not texts:
            return _Decided(SpfResult.NONE)
        if len(texts) > 1:
            raise _Permanent(f"{domain}: {len(texts)} SPF records")
        record = parse_record(texts[0])
        for mechanism in record.mechanisms:
            if self.matches(mechanism, domain):
                return _Decided(_BY_QUALIFIER[mechanism.qualifier], domain, record.explanation)
        return self.redirected(record, domain)

    def redirected(self, record: Record, domain: str) -> _Decided:
        """What stands when no mechanism matched."""
        if not record.redirect:
            return _Decided(SpfResult.NEUTRAL)
        self.count_term(f"redirect={record.redirect}")
        decided = self.decide(self.named(record.redirect, domain))
        if decided.result is SpfResult.NONE:
            raise _Permanent(f"redirect={record.redirect}: no SPF record there")
        return decided

    def matches(self, mechanism: Mechanism, domain: str) -> bool:
        """Whether a mechanism matches the client."""
        if mechanism.name == "all":
            return True
        if mechanism.network is not None:
            return self.ip in mechanism.network
        if mechanism.name in ASKING:
            self.count_term(mechanism.name)
        target = self.named(mechanism.target, domain) if mechanism.target else domain
        match mechanism.name:
            case "include":
                return self.included(target)
            case "a":
                return self.is_within(target, mechanism)
            case "mx":
                return self.is_exchanger(target, mechanism)
            case "ptr":
                return any(_below(name, target) for name in self.validated(self.ask))
            case _:
                return bool(self.ask(target, "A"))

    def included(self, target: str) -> bool:
        """Whether an included policy passes the client; one that is not there is an error (5.2)."""
        result = self.decide(target).result
        if result is SpfResult.NONE:
            raise _Permanent(f"include:{target}: no SPF record there")
        return result is SpfResult.PASS

    def is_within(self, target: str, mechanism: Mechanism) -> bool:
        """Whether the client is one of a name's addresses, or in a network around one."""
        kind, length = ("A", mechanism.prefix4) if self.ip.version == 4 else ("AAAA", mechanism.prefix6)
        return any(self.ip in ip_network(f"{found}/{length}", strict=False) for found in self.ask(target, kind))

    def is_exchanger(self, target: str, mechanism: Mechanism) -> bool:
        """Whether the client is one of a domain's mail exchangers; the null MX has no host."""
        hosts = self.ask(target, "MX")
        if len(hosts) > MOST_HOSTS:
            raise _Permanent(f"{target}: more than {MOST_HOSTS} mail exchangers")
        return any(self.is_within(host, mechanism) for host in hosts if host.strip("."))

    def validated(self, ask: LookUp) -> list[str]:
        """Names of the client by PTR that have its address too (5.5); a name that can't be looked up is none."""
        try:
            names = ask(self.ip.reverse_pointer, "PTR")[:MOST_HOSTS]
        except (Void, Temporary):
            return []
        return [name.removesuffix(".") for name in names if self.has_address(name.removesuffix("."))]

    def has_address(self, name: str) -> bool:
        """Whether a name has the client's address; whoever owns the client's reverse zone does not use up the policy's limits."""
        if not _is_name(name):
            return False
        try:
            found = self.look_up(name, "A" if self.ip.version == 4 else "AAAA")
        except (Void, Temporary):
            return False
        return any(ip_address(address) == self.ip for address in found)

    def ask(self, name: str, kind: str) -> Sequence[str]:
        """Records, none where the name can't exist; answers without records are counted."""
        if not _is_name(name):
            return ()
        try:
            return self.look_up(name, kind)
        except Void:
            self.voids += 1
            if self.voids > self.most_voids:
                raise _Permanent(f"more than {self.most_voids} look-ups without an answer: {name} {kind}") from None
            return ()

    def count_term(self, term: str) -> None:
        """One more term that asks the name service."""
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise _Permanent(f"more than {MOST_TERMS} look-ups: {term}")

    def named(self, spec: str, domain: str) -> str:
        """The name that a domain-spec means."""
        return as_name(expand(spec, lambda letter: self.value(letter, domain)))

    def explain(self, decided: _Decided) -> str:
        """The domain owner's words, "" where there is anything wrong with them (6.2)."""
        try:
            texts = self.look_up(self.named(decided.explanation, decided.domain), "TXT")
            if len(texts) != 1:
                return ""
            check_macros(texts[0], ANY_LETTER, spaces=True)
        except (Void, Temporary, BadMacro):
            return ""
        return expand(texts[0], lambda letter: self.value(letter, decided.domain))

    def value(self, letter: str, domain: str) -> str:
        """What a macro letter stands for (7.2)."""
        match letter:
            case "s":
                return f"{self.local}@{self.sender_domain}"
            case "l":
                return self.local
            case "o":
                return self.sender_domain
            case "d":
                return domain
            case "i":
                return _dotted(self.ip)
            case "p":
                return self.best_name(domain)
            case "v":
                return "in-addr" if self.ip.version == 4 else "ip6"
            case "h":
                return self.helo
            case "c":
                return str(self.ip)
            case "r":
                return self.receiver
            case _:
                return str(self.now)

    def best_name(self, domain: str) -> str:
        """The client's validated name: the domain, else one below it, else any, else "unknown"."""
        names = self.validated(self.look_up)
        own = [name for name in names if name.lower() == domain.lower()]
        below = [name for name in names if _below(name, domain)]
        return next(iter([*own, *below, *names]), "unknown")


def _below(name: str, target: str) -> bool:
    name, target = name.lower(), target.lower().removesuffix(".")
    return name == target or name.endswith(f".{target}")


def _dotted(ip: IPv4Address | IPv6Address) -> str:
    return str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", "").upper())
