"""Secrets by pattern; none of them in clear in what is shown; a new build keeps the finding's identity."""

import time

import pytest

from fenghuo.see.screening.checks.base import judge
from fenghuo.see.screening.checks.places import place_of, script_place
from fenghuo.see.screening.checks.secrets_in_scripts import samples
from fenghuo.see.screening.checks.secrets_in_scripts.check import CHECK
from fenghuo.see.screening.checks.secrets_in_scripts.samples import random_text
from fenghuo.see.screening.checks.secrets_in_scripts.secrets import entropy, secrets_in

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        (samples.PRIVATE, ["private-key"]),
        (samples.BARE, ["bare-private-key"]),
        (samples.OSS, ["aliyun"]),
        (f'a={{SecretId:"AKID{random_text(32, "t")}",SecretKey:"{random_text(32, "u")}"}}', ["tencent"]),
        (f'k="AKIA{random_text(16, "v", UPPER)}";s="{random_text(40, "w")}"', ["aws"]),
        (f'ak:"{random_text(20, "x", UPPER)}",sk:"{random_text(40, "y")}"', ["huawei"]),
        (f'clientSecret: "{random_text(32, "z")}"', ["app-secret"]),
        ('u="jdbc:mysql://10.0.0.7:3306/oa?user=oa&password=Oa_2023!"', ["jdbc"]),
        ('c="Data Source=10.0.0.9;User ID=sa;Password=Jy@9527;"', ["connection-string"]),
        (samples.LIBRARY, []),
        (samples.MANUAL, []),
        (samples.SIGNED, []),
        (samples.PUBLIC, []),
        (samples.PLACEHOLDERS, []),
        ('secret: "d41d8cd98f00b204e9800998ecf8427e", appid: "wx0123456789abcdef"', []),
        ('password: "Abc12345"', []),
    ],
)
def test_patterns(text: str, patterns: list[str]) -> None:
    assert [s.pattern for s in secrets_in(text)] == patterns


def test_nothing_secret_is_shown() -> None:
    shown = " ".join(f.evidence for s in samples.SAMPLES for f in judge(CHECK, s.facts).findings)
    for secret in (samples._ALI, samples._ALI_SECRET, samples._KEY[:40], "Oa_2023!", random_text(24, "jwt")):
        assert secret not in shown


def test_a_long_minified_script_takes_no_long_time() -> None:
    text = ('var a={b:"c",d:function(e){return e?"' + random_text(900, "m") + '":1}};') * 500
    begin = time.perf_counter()
    assert not list(secrets_in(text))
    assert time.perf_counter() - begin < 3.0


def test_entropy() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://h/js/app.3f2a1b9c.js?v=7", "/js/app.*.js"),
        ("https://h/js/chunk-vendors.0a1b2c3d.js", "/js/chunk-vendors.*.js"),
        ("https://h/js/jquery-3.6.0.min.js", "/js/jquery-3.6.0.min.js"),
        ("https://h/js/a.js;jsessionid=1F", "/js/a.js"),
    ],
)
def test_places_of_scripts(url: str, place: str) -> None:
    assert script_place(url) == place


def test_places_of_pages() -> None:
    assert place_of("https://h/list.jsp;jsessionid=1F?t=5&id=7&PHPSESSID=9") == "/list.jsp?id=7"
    assert place_of("https://h") == "/"
