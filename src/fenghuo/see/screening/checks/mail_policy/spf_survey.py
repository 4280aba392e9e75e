"""A domain's SPF policy as a whole, judged from the TXT records alone: for whom it speaks, and whether receivers can use it.

Receivers stop at the first match, so what they meet depends on the client. Here every term counts that some client could reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fenghuo.see.screening.checks.mail_policy.spf import MOST_TERMS, SpfResult, Void, check_host
from fenghuo.see.screening.checks.mail_policy.spf_record import ASKING, BadRecord, Record, parse_record, spf_texts
from fenghuo.see.screening.facts import Failure, Untested, Why
from fenghuo.see.screening.facts.network import MailPolicy

_STRANGERS = ("192.0.2.77", "198.51.100.77", "203.0.113.77")
"""Addresses that belong to nobody (RFC 5737): who passes all three passes anybody."""


@dataclass
class Survey:
    """What was found about one domain's policy.

    Attributes:
        texts: its SPF records. record: the one, where it could be read.
        problems: what makes receivers give up. look_ups: terms that ask the name service, includes and redirects with theirs.
        ending: what happens to everybody else: "+", "-", "~" or "?".
    """

    texts: Sequence[str] = ()
    record: Record | None = None
    problems: list[str] = field(default_factory=list)
    look_ups: int = 0
    ending: str = "?"

    @property
    def sends_nothing(self) -> bool:
        """Whether it says that nobody sends mail for the domain: "v=spf1 -all"."""
        return self.record is not None and [m.qualifier + m.name for m in self.record.effective] == ["-all"]


def survey(facts: MailPolicy) -> Survey:
    """The policy of the domain.

    Raises:
        Untested: a record that belongs to it could not be looked up.
    """
    found = Survey(spf_texts(_texts(facts, facts.domain)))
    if len(found.texts) == 1:
        found.record = _follow(facts, facts.domain, found, ())
        found.ending = _ending(facts, facts.domain, ())
    return found


def lets_anybody_pass(facts: MailPolicy) -> bool:
    """Whether strangers pass: asked of the evaluator itself, with addresses of hosts left out."""

    def look_up(name: str, kind: str) -> Sequence[str]:
        found = facts.txt.get(name.lower()) if kind == "TXT" else None
        if not found or isinstance(found, Failure):
            raise Void
        return found

    sender = f"postmaster@{facts.domain}"
    results = {
        check_host(ip, facts.domain, sender, facts.domain, look_up, most_voids=MOST_TERMS).result for ip in _STRANGERS
    }
    return results == {SpfResult.PASS}


def _texts(facts: MailPolicy, name: str) -> Sequence[str]:
    found = facts.txt.get(name, Failure(Why.INCOMPLETE, name))
    if isinstance(found, Failure):
        if found.why is Why.NAME_NOT_FOUND:
            return ()
        raise Untested(found)
    return found


def _follow(facts: MailPolicy, name: str, found: Survey, path: tuple[str, ...]) -> Record | None:
    """Count and check the record of a name and of those that it refers to."""
    texts = spf_texts(_texts(facts, name))
    if len(texts) != 1:
        found.problems.append(f"{' → '.join((*path, name))}: {len(texts)} SPF")
        return None
    try:
        record = parse_record(texts[0])
    except BadRecord as error:
        found.problems.append(f"{name}: {error}")
        return None
    found.look_ups += sum(m.name in ASKING for m in record.effective) + bool(record.redirect and not record.closing)
    for target in _targets(record):
        _follow_target(facts, target, found, (*path, name))
    return record


def _follow_target(facts: MailPolicy, target: str, found: Survey, path: tuple[str, ...]) -> None:
    if target in path:
        found.problems.append(f"{' → '.join((*path, target))}: ∞")
    elif "%" not in target and found.look_ups <= 3 * MOST_TERMS:  # far above the limit more look-ups tell nothing new
        _follow(facts, target, found, path)


def _targets(record: Record) -> list[str]:
    """Names of the includes and of the redirect, as the facts have them."""
    named = [m.target for m in record.effective if m.name == "include"]
    if record.redirect and record.closing is None:
        named.append(record.redirect)
    return [name.lower().removesuffix(".") for name in named]


def _ending(facts: MailPolicy, name: str, path: tuple[str, ...]) -> str:
    """What the policy says of everybody whom it does not name."""
    texts = spf_texts(_texts(facts, name))
    try:
        record = parse_record(texts[0])
    except (BadRecord, IndexError):
        return ""
    if record.closing is not None:
        return record.closing.qualifier
    target = record.redirect.lower().removesuffix(".")
    if not target or "%" in target or target in path:
        return "" if target else "?"
    return _ending(facts, target, (*path, name))
