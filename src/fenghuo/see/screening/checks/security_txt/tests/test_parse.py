"""Fields of RFC 9116 and the faults of files."""

import pytest

from fenghuo.see.screening.checks.samples import NOW
from fenghuo.see.screening.checks.security_txt.parse import parse
from fenghuo.see.screening.checks.security_txt.samples import GOOD, URL


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (GOOD, []),
        (GOOD.replace("\n", "\r\n"), []),
        (GOOD + "Anything-New: allowed\n", []),
        ("\ufeff" + GOOD, ["byte-order-mark"]),
        (GOOD + "Expires: 2028-01-01T00:00:00Z\n", ["more-than-one: expires"]),
        (GOOD + "Policy:https://www.jiaoyu.example/p\n", ["no-space-after: Policy"]),
        (GOOD + "Policy: http://www.jiaoyu.example/p\n", ["not-https: policy"]),
        (GOOD + "请来电\n", ["no-field: 请来电"]),
        (GOOD + "Canonical: https://elsewhere.example/security.txt\n", ["canonical-elsewhere"]),
        (GOOD.replace("zh, en", "中文"), ["not-a-language: 中文"]),
        (GOOD.replace("2027-06-30", "2027-02-30"), ["expires-not-a-date"]),
        ("", ["no-contact", "no-expires"]),
    ],
)
def test_faults(text: str, faults: list[str]) -> None:
    assert parse(text, NOW, URL).faults == faults


def test_a_signed_file_is_read_inside_its_signature() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
        + GOOD
        + "- -----\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    )
    read = parse(signed.replace("- -----\n", ""), NOW, URL)
    assert read.faults == []
    assert read.fields["contact"] == ["mailto:wangan@jiaoyu.example"]
    assert parse(signed.partition("-----BEGIN PGP SIGNATURE")[0].replace("- -----\n", ""), NOW, URL).faults


def test_the_end_counts_with_its_zone() -> None:
    read = parse(GOOD, NOW, URL)
    assert read.expires is not None
    assert read.expires.isoformat() == "2027-06-29T16:00:00+00:00"
