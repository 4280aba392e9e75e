"""Samples: answers of name servers."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import NAMES, TRANSFER
from fenghuo.see.screening.facts.network import Names, Transfer

_TWO = ("ns1.dns.example.", "ns2.dns.example.")


def _zone(
    handed_out: dict[str, int | Failure],
    servers: tuple[str, ...] | Failure = _TWO,
    wildcard: bool | Failure = False,
) -> Facts:
    names = Names("jiaoyu.example", {"NS": servers}, wildcard=wildcard)
    return facts({NAMES: names, TRANSFER: Transfer(handed_out)})


_REFUSED: dict[str, int | Failure] = {"ns1.dns.example": 0, "ns2.dns.example": 0}
_SLOW = Failure(Why.TIMED_OUT)
SAMPLES = [
    Sample("good", _zone(_REFUSED), "pass"),
    Sample("its own name only", _zone({**_REFUSED, "ns1.dns.example": 1}), "pass"),
    Sample("one hands out everything", _zone({**_REFUSED, "ns2.dns.example": 57}), ["transfer"]),
    Sample(
        "one hands out everything, one is down", _zone({"ns1.dns.example": 57, "ns2.dns.example": _SLOW}), ["transfer"]
    ),
    Sample("one server", _zone({"ns1.dns.example": 0}, _TWO[:1]), ["single"]),
    Sample("one server written twice", _zone({"ns1.dns.example": 0}, (_TWO[0], "NS1.dns.example")), ["single"]),
    Sample("any name exists", _zone(_REFUSED, wildcard=True), ["wildcard"]),
    Sample("an address", facts({}, target=replace(TARGET, host="203.0.113.8")), "not-applicable"),
    Sample("one does not answer", _zone({**_REFUSED, "ns2.dns.example": _SLOW}), "could-not-test"),
    Sample("nobody was asked", _zone({}), "could-not-test"),
    Sample("wildcard unknown", _zone(_REFUSED, wildcard=_SLOW), "could-not-test"),
    Sample("servers unknown", _zone(_REFUSED, _SLOW), "could-not-test"),
]
