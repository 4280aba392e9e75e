"""DMARC records as they are published, and as strangers might write them."""

import pytest

from fenghuo.see.screening.checks.mail_policy.dmarc import BadDmarc, Dmarc, dmarc_texts, parse_dmarc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=reject", Dmarc("reject", "reject")),
        ("v=DMARC1;p=Quarantine;sp=none;pct=50;", Dmarc("quarantine", "none", 50)),
        ("v=DMARC1; p=none; rua=mailto:a@x.example, mailto:b@y.example!10m; fo=1", Dmarc("none", "none")),
    ],
)
def test_policies(text: str, expected: Dmarc) -> None:
    assert parse_dmarc(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1",
        "v=DMARC1; p=",
        "v=DMARC1; p=block",
        "v=DMARC1; p=none; p=reject",
        "v=DMARC1; p=none; pct=101",
        "v=DMARC1; p=none; rua=a@x",
    ],
)
def test_what_receivers_can_not_use(text: str) -> None:
    with pytest.raises(BadDmarc):
        parse_dmarc(text)


def test_a_hostile_list_of_addresses_costs_no_time() -> None:
    with pytest.raises(BadDmarc):
        parse_dmarc("v=DMARC1; p=none; rua=mailto:a" + ",b:c" * 5000 + " d")


def test_other_texts_are_no_records() -> None:
    assert dmarc_texts(["v=DMARC1;p=none", "v=DMARC10", "v=dmarc1; p=none", "x"]) == ["v=DMARC1;p=none"]
