"""Samples: dates around the limits."""

from dataclasses import replace
from datetime import date, timedelta

from fenghuo.see.screening.checks.samples import NOW, TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import REGISTRATION
from fenghuo.see.screening.facts.network import Registration


def _in(days: int | None) -> date | None:
    return None if days is None else NOW.date() + timedelta(days=days)


def _facts(whois: int | Failure | None, register: int | None = None) -> Facts:
    """Days left by WHOIS (None: it tells no date) and by the register."""
    found = whois if isinstance(whois, Failure) else Registration("jiaoyu.example", _in(whois), "Domain Name: …")
    return facts({REGISTRATION: found}, target=replace(TARGET, domain_expires=_in(register)))


_DOWN = Failure(Why.TIMED_OUT)
SAMPLES = [
    Sample("a year left", _facts(365), "pass"),
    Sample("sixty days", _facts(60), "pass"),
    Sample("WHOIS tells no date, the register does", _facts(None, 365), "pass"),
    Sample("a day between two zones", _facts(365, 364), "pass"),
    Sample("fifty-nine days", _facts(59), ["soon"]),
    Sample("fourteen days", _facts(14), ["very-soon"]),
    Sample("today", _facts(0), ["very-soon"]),
    Sample("yesterday", _facts(-1), ["expired"]),
    Sample("renewed, but the register does not know", _facts(365, 20), ["differs"]),
    Sample("not renewed, and the register hopes", _facts(20, 365), ["soon", "differs"]),
    Sample("WHOIS down, the register warns", _facts(_DOWN, 10), ["very-soon"]),
    Sample("WHOIS down, the register is at ease", _facts(_DOWN, 365), "could-not-test"),
    Sample("nobody knows", _facts(None), "could-not-test"),
    Sample("an address", facts({}, target=replace(TARGET, host="203.0.113.8")), "not-applicable"),
]
