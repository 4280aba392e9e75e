"""Facts come back as they were."""

from dataclasses import replace
from datetime import date

import pytest

from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.checks.samples import NOW, TARGET, facts, page
from fenghuo.see.screening.checks.tests.test_all_checks import samples_of
from fenghuo.see.screening.facts import Failure, Why, needs
from fenghuo.see.screening.facts.network import Names, OutsideName, OverIPv6, Port, Registration, TlsFacts
from fenghuo.see.screening.facts.site import Baseline, Links, LinkTry, Visits
from fenghuo.see.screening.facts.stored import OtherForm, from_json, to_json


def test_every_kind_of_fact_comes_back() -> None:
    before = facts(
        {
            needs.HOME: page("<p>首页</p>", chain=("http://a/",), cut=True),
            needs.TLS: TlsFacts((b"\x30\x82",), {"TLSv1": True, "SSLv3": Failure(Why.RESET)}, trusted=True),
            needs.NAMES: Names("jiaoyu.example", {"A": ("192.0.2.1",), "MX": Failure(Why.TIMED_OUT)}, dnssec="bogus"),
            needs.PORTS: (Port(22, "open", b"SSH-2.0"), Port(23, "filtered")),
            needs.OUTSIDE_NAMES: (OutsideName("x.example", "script", False, Failure(Why.TIMED_OUT)),),
            needs.OVER_IPV6: OverIPv6(("::1",), None),
            needs.REGISTRATION: Registration("jiaoyu.example", date(2027, 1, 1), "text"),
            needs.LINKS: Links((LinkTry("http://a/b", "http://a/", (404, 404)),), 7),
            needs.BASELINE: Baseline("t", "k", "d", (1 << 63,), (2,), 3, 4, frozenset({"b", "a"}), frozenset(), NOW),
            needs.VISITS: Visits(140, 7, ("", "tcp"), NOW),
            needs.SSH: Failure(Why.REFUSED, "22"),
        },
        {"/.git/HEAD": page(b"\x00\xff"), "/x": Failure(Why.BUDGET_USED)},
        replace(TARGET, domain_expires=date(2027, 5, 1)),
    )
    after = from_json(to_json(before))
    assert after == replace(before, target=replace(before.target, registered=frozenset()))


def test_every_sample_of_every_check_comes_back() -> None:
    for check in all_checks().values():
        for sample in samples_of(check):
            after = from_json(to_json(sample.facts))
            assert (after.values, after.probes) == (dict(sample.facts.values), dict(sample.facts.probes)), sample.name


@pytest.mark.parametrize("text", [b"", b"{}", b'{"form": 0}', b"[1]"])
def test_other_forms_are_not_read(text: bytes) -> None:
    with pytest.raises(OtherForm):
        from_json(text)
