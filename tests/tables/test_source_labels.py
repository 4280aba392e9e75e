"""A format that no published sample proves says so where it is chosen and where it is listed, each format for itself."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.cli.main import main
from fenghuo.faces.console.models import SiteProfile
from fenghuo.faces.console.sources.forms import kind_label, not_read
from fenghuo.see.inventory.actions import add_source
from fenghuo.see.inventory.models import LogSource
from fenghuo.see.sources import KINDS, ParseContext, Standing, parse_line

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_an_unverified_kind_is_marked_in_both_languages() -> None:
    with translation.override("en"):
        assert kind_label(KINDS["dptech"]) == "DPtech (unverified)"
        assert kind_label(KINDS["huawei"]) == "Huawei USG (partly unverified)"
        assert kind_label(KINDS["nginx"]) == "nginx access log"
    with translation.override("zh-hans"):
        assert kind_label(KINDS["dptech"]) == "DPtech（未核实）"
        assert kind_label(KINDS["nsfocus"]) == "NSFOCUS WAF（部分未核实）"


def test_the_form_names_what_no_parser_takes() -> None:
    with translation.override("en"):
        assert not_read() == "Not read: NSFOCUS IPS, QAX SecGate. Choose name=value for them."
    with translation.override("zh-hans"):
        assert "NSFOCUS IPS, QAX SecGate" in not_read()


def test_a_source_knows_whether_its_kind_is_verified() -> None:
    assert LogSource(kind="hillstone").standing is Standing.UNVERIFIED
    assert LogSource(kind="h3c").standing is Standing.PARTLY
    assert LogSource(kind="nginx").standing is Standing.VERIFIED
    unknown = LogSource(kind="of another day")
    assert (unknown.standing, unknown.formats) == (Standing.VERIFIED, ())


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("nsfocus", "<5>time:2026-11-24 14:03:21;module:ips;src_ip:203.0.113.7;dst_ip:192.0.2.10;event:sql"),
        ("qianxin", "<134>2026-11-24 14:03:21 fw1 devid=1 mod=ips sip=203.0.113.7 dip=192.0.2.10"),
    ],
)
def test_what_is_told_to_be_not_read_is_not_read(kind: str, line: str) -> None:
    assert any(one.standing is Standing.NOT_READ for one in KINDS[kind].formats)
    assert parse_line(kind, line.encode(), ParseContext()).parse_error is not None


@pytest.mark.django_db
def test_pages_and_command_line_say_it_for_each_format(
    unit: Unit,
    person_of: Callable[..., Person],
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    qax, _token = add_source(TESTER, unit, "qianxin", name="sensor")
    plain, _token = add_source(TESTER, unit, "nginx", name="web")
    client.force_login(person_of(Role.SYSTEM_ADMIN), BACKEND)

    def page(address: str) -> str:
        return client.get(address, headers={"accept-language": "en"}).content.decode()

    shown = page(f"/sources/{qax.id}/")
    assert "<code>SkyEye alarm</code> read; a published sample or reference shows the form" in shown
    assert "<code>SkyEye webids, ids, ioc</code> <strong>unverified</strong>" in shown
    assert "<code>SecGate</code> <strong>not read</strong>: register such a device as name=value" in shown
    assert "What is read of it" not in page(f"/sources/{plain.id}/")
    assert page("/sources/").count("<small>partly unverified</small>") == 1
    assert "Not read: NSFOCUS IPS, QAX SecGate." in page("/sources/new/")

    monkeypatch.setattr("fenghuo.faces.cli.sources.open_tables", lambda data: None)
    assert main(["sources", "list", "--json", "--data", str(tmp_path)]) == 0
    rows = {row["kind"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert (rows["nginx"]["verified"], rows["nginx"]["formats"]) == (True, {})
    assert (rows["qianxin"]["verified"], rows["qianxin"]["formats"]["SecGate"]) == (False, "not-read")
    main(["sources", "list", "--data", str(tmp_path)])
    assert "qianxin (partly unverified)" in capsys.readouterr().out
