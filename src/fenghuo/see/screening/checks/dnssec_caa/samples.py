"""Samples: signed and unsigned zones, with and without CAA."""

from dataclasses import replace

from fenghuo.see.screening.checks.samples import TARGET, Sample, facts
from fenghuo.see.screening.facts import Facts, Failure, Why
from fenghuo.see.screening.facts.needs import NAMES
from fenghuo.see.screening.facts.network import Names

_ISSUER = '0 issue "ca.example"'


def _zone(dnssec: str | Failure, *caa: str) -> Facts:
    return facts({NAMES: Names("jiaoyu.example", {"CAA": caa}, dnssec=dnssec)})


_SLOW = Failure(Why.NAME_SERVER_FAILED)
SAMPLES = [
    Sample("signed, with an issuer", _zone("secure", _ISSUER), "pass"),
    Sample("nobody may issue", _zone("secure", '0 issue ";"'), "pass"),
    Sample("not signed", _zone("unsigned", _ISSUER), ["unsigned"]),
    Sample("signatures do not hold", _zone("bogus", _ISSUER), ["bogus"]),
    Sample("no CAA", _zone("secure"), ["no-caa"]),
    Sample("only where to complain", _zone("secure", '0 iodef "mailto:a@jiaoyu.example"'), ["no-caa"]),
    Sample("an address", facts({}, target=replace(TARGET, host="2001:db8::8")), "not-applicable"),
    Sample("DNSSEC unknown", _zone(_SLOW, _ISSUER), "could-not-test"),
    Sample("CAA unknown", facts({NAMES: Names("jiaoyu.example", {"CAA": _SLOW}, dnssec="secure")}), "could-not-test"),
]
