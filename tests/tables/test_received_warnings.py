"""Warnings of a higher level that come in as STIX bundles, and our own that go out as such."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import translation

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import Actor
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.clocks.actions import sync_shipped_days
from fenghuo.base.common import clock
from fenghuo.base.units.models import Unit
from fenghuo.faces.cli.bulletins import run_receive
from fenghuo.faces.cli.main import build_parser
from fenghuo.see.intel.models import StoredIndicator
from fenghuo.see.intel.values import Tlp
from fenghuo.share.stix import actions as stix
from fenghuo.share.stix import names
from fenghuo.share.stix.models import Received
from fenghuo.share.stix.reading import read
from fenghuo.share.stix.warning import FormalWarning, NotAWarning, Reference
from fenghuo.share.stix.writing import bundle_of, written
from fenghuo.warn.early_warnings import bulletins
from fenghuo.warn.early_warnings.formal import KEPT_INSIDE, Change, widened
from fenghuo.warn.early_warnings.models import Bulletin, BulletinVersion
from fenghuo.warn.notices.drafts import Letterhead
from fenghuo.warn.notices.models import Notice
from fenghuo.warn.notices.publishing import publish

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ANN, BO = Actor("ann", "安"), Actor("bo", "薄")
HEAD = Letterhead("云岭县委网信办", "云网信", "", "")
START = datetime(2026, 11, 23, 1, tzinfo=UTC)
TOLD = FormalWarning(
    stix_id="report--0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99",
    created=START,
    modified=START,
    issuer="省委网信办",
    title="关于某产品漏洞的橙色预警",
    level="orange",
    threat_class="vulnerability-exploit",
    number="省网信预〔2026〕3号",
    published=START,
    valid_from=START,
    scope="使用该产品的单位",
    matter="攻击者可远程执行代码 <script>alert(1)</script>",
    measures="24小时内升级",
    tlp="amber",
    valid_until=START + timedelta(days=7),
    products=("某产品 8.1",),
    vulnerabilities=("CVE-2026-1234",),
    references=(Reference("厂商", url="https://vendor.example/a"),),
)
OWN: dict[str, Any] = {
    "level": "yellow",
    "title": "关于防范勒索病毒的黄色预警通报",
    "threat_class": "ransomware",
    "starts_at": START,
    "scope": "使用某远程桌面产品的单位",
    "matter": "攻击者利用 cve-2026-9999、CNVD-2026-12345 登录后加密文件",
    "measures": "24小时内关闭互联网远程桌面",
    "agency": "云岭县委网信办",
    "code": "云网信",
}
CONSENT = {"approval_by": "省委网信办 王处", "approval_on": date(2026, 11, 23), "approval_reference": "函〔2026〕5号"}


@pytest.fixture
def moved(db: None) -> Any:
    now = [START]
    sync_shipped_days()
    with clock.moved(lambda: clock.to_ns(now[0])):
        yield now


def receive(told: FormalWarning = TOLD, level: str = "") -> Received:
    return stix.receive(ANN, "../来文.json", written(told), HEAD, level)


def refused(told: FormalWarning, code: str, level: str = "") -> str:
    with pytest.raises(stix.Refused) as caught:
        receive(told, level)
    assert caught.value.code == code
    assert names.refusal(caught.value)
    return caught.value.bulletin_id


def published(units: list[Unit], **values: Any) -> BulletinVersion:
    version = bulletins.draft(ANN, {**OWN, **values}, units)
    bulletins.submit(ANN, version.pk)
    publish(BO, version.pk)
    return BulletinVersion.objects.get(pk=version.pk)


def test_what_comes_in_is_a_draft_with_whose_it_is(moved: Any, unit: Unit) -> None:
    made = receive()
    version, bulletin = made.bulletin.versions.get(), made.bulletin
    assert (bulletin.state, version.state, bulletin.origin) == ("draft", "draft", "relayed")
    assert (bulletin.relayed_from, bulletin.relayed_number) == (TOLD.issuer, TOLD.number)
    assert (bulletin.relayed_on, bulletin.tlp, version.level) == (date(2026, 11, 23), "amber", "orange")
    assert (version.scope, version.measures) == ("使用该产品的单位\n涉及产品：某产品 8.1", TOLD.measures)
    wanted = (
        TOLD.matter,
        "涉及漏洞：CVE-2026-1234。",
        "预警有效期至2026年11月30日9时。",
        "参考：厂商 https://vendor.example/a",
    )
    assert version.matter == "\n".join(wanted)
    assert (version.agency, version.units.count()) == (HEAD.agency, 0)
    assert (made.name, made.received_by, made.ordinal) == ("来文.json", "安", 0)
    assert not Notice.objects.exists(), "nobody is told by a file"
    verbs = AuditRow.objects.filter(subject=bulletin.subject).values_list("verb", "actor_id")
    assert list(verbs) == [("bulletin.drafted", "ann"), ("bulletin.received", "ann")]
    with pytest.raises(bulletins.Refused, match="missing units"):
        bulletins.submit(ANN, version.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Received.objects.update(tlp="clear")


def test_published_it_says_how_far_it_may_go(moved: Any, unit: Unit) -> None:
    version = receive().bulletin.versions.get()
    bulletins.edit(ANN, version.pk, 1, {}, [unit])
    bulletins.submit(ANN, version.pk)
    body = publish(BO, version.pk).body
    assert "现转发省委网信办（省网信预〔2026〕3号）" in body
    assert "本通报标注TLP:AMBER，仅限收件单位及其服务对象按需知悉，不得公开。" in body


def test_the_same_file_makes_no_second_draft_and_another_version_leads_to_it(moved: Any) -> None:
    first = receive().bulletin
    later, earlier = (replace(TOLD, created=START - timedelta(days=1), modified=START + n) for n in _HOURS)
    assert refused(TOLD, "same") == first.id
    assert refused(later, "newer") == first.id
    assert refused(earlier, "older") == first.id
    assert refused(replace(later, lifted=True), "revoked") == first.id
    assert Bulletin.objects.count() == 1
    bulletins.discard(ANN, first.versions.get().pk, "换新版本")
    second = receive(later)
    assert (second.ordinal, Bulletin.objects.count()) == (1, 2)
    assert refused(later, "same") == second.bulletin_id


_HOURS = (timedelta(hours=1), timedelta(hours=-1))


def test_a_later_version_after_it_was_lifted_is_a_matter_of_its_own(moved: Any, unit: Unit) -> None:
    version = receive().bulletin.versions.get()
    bulletins.edit(ANN, version.pk, 1, {}, [unit])
    bulletins.submit(ANN, version.pk)
    publish(BO, version.pk)
    later = replace(TOLD, modified=START + timedelta(hours=1))
    assert refused(later, "newer") == version.bulletin_id
    lifting = bulletins.begin_change(ANN, version.bulletin_id, Change.LIFT, "上级已解除")
    bulletins.submit(ANN, lifting.pk)
    publish(BO, lifting.pk)
    assert refused(TOLD, "same") == version.bulletin_id
    assert receive(later).bulletin_id != version.bulletin_id


def test_two_who_bring_it_at_once_make_one_draft(moved: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    receive()
    looked, seen = stix._earlier, []

    def before_the_other(warning: FormalWarning) -> int:
        seen.append(warning)
        return 0 if len(seen) == 1 else looked(warning)

    monkeypatch.setattr(stix, "_earlier", before_the_other)
    refused(TOLD, "same")
    assert Bulletin.objects.count() == Received.objects.count() == 1


def test_a_level_that_the_file_does_not_state_is_chosen_and_one_that_it_states_is_kept(moved: Any) -> None:
    bundle = bundle_of(replace(TOLD, title="Advisory 7"))
    del bundle["objects"][-1]["extensions"]
    content = json.dumps(bundle).encode()
    for level in ("", "purple"):
        with pytest.raises(stix.Refused, match="level"):
            stix.receive(ANN, "a.json", content, HEAD, level)
    made = stix.receive(ANN, "a.json", content, HEAD, "blue")
    assert made.bulletin.versions.get().level == "blue"
    assert [code for code, _text in made.remarks] == ["level-chosen", "threat_class-guessed"]
    assert len(names.remarks(made.remarks)) == 2
    other = replace(TOLD, stix_id="report--11111111-7a55-4a7e-9d0e-2f6d3d9a1c99")
    assert receive(other, "blue").bulletin.versions.get().level == "orange"


@pytest.mark.parametrize("tlp", list(Tlp))
def test_what_is_to_stay_inside_goes_to_units_with_the_consent_of_its_issuer_only(
    moved: Any, unit: Unit, tlp: Tlp
) -> None:
    version = receive(replace(TOLD, tlp=tlp.value)).bulletin.versions.get()
    bulletins.edit(ANN, version.pk, 1, {}, [unit])
    if tlp in KEPT_INSIDE:
        with pytest.raises(bulletins.Refused, match="missing consent"):
            bulletins.submit(ANN, version.pk)
        bulletins.edit(ANN, version.pk, 2, CONSENT, [unit])
    bulletins.submit(ANN, version.pk)
    assert f"标注TLP:{tlp.upper()}，" in publish(BO, version.pk).body


def test_a_marking_of_another_office_is_not_widened(moved: Any) -> None:
    assert [widened("amber", after) for after in ("", "clear", "green", "amber", "red")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    version = receive().bulletin.versions.get()
    for wider in ("green", "", "purple"):
        with pytest.raises(bulletins.Refused, match="tlp"):
            bulletins.edit(ANN, version.pk, 1, {"tlp": wider}, [])
    bulletins.edit(ANN, version.pk, 1, {"tlp": "red"}, [])
    assert Bulletin.objects.get().tlp == "red"
    own = bulletins.draft(ANN, {**OWN, "tlp": "red"}, [])
    bulletins.edit(ANN, own.pk, 1, {"tlp": "green"}, [])
    assert Bulletin.objects.get(id=own.bulletin_id).tlp == "green", "one's own is one's own to mark"


def test_one_of_our_own_goes_out_and_comes_in_elsewhere_as_it_was(moved: Any, unit: Unit) -> None:
    version = published([unit], tlp="green")
    given = stix.give(BO, version.bulletin)
    assert given.name == "云网信〔2026〕1号.json"
    told = read(given.content).warning
    assert told == stix.warning_of(version)
    assert (told.issuer, told.number, told.level, told.tlp) == (
        "云岭县委网信办",
        "云网信〔2026〕1号",
        "yellow",
        "green",
    )
    assert told.vulnerabilities == ("CVE-2026-9999", "CNVD-2026-12345")
    assert (told.stix_id, told.modified, told.lifted) == (f"report--{version.bulletin_id}", START, False)
    row = AuditRow.objects.get(verb="bulletin.given")
    assert json.loads(row.detail)["tlp"] == "green"
    assert refused(told, "own") == version.bulletin_id, "it does not come back as another's"
    moved[0] += timedelta(hours=2)
    lifting = bulletins.begin_change(ANN, version.bulletin_id, Change.LIFT, "已控制")
    bulletins.submit(ANN, lifting.pk)
    publish(BO, lifting.pk)
    after = read(stix.give(BO, Bulletin.objects.get()).content).warning
    assert (after.stix_id, after.created, after.modified) == (told.stix_id, START, moved[0])
    assert (after.lifted, after.valid_until) == (True, moved[0])


def test_drafts_and_exercises_do_not_go_out_and_no_marking_means_amber(moved: Any, unit: Unit) -> None:
    draft = bulletins.draft(ANN, OWN, [unit])
    exercise = published([unit], exercise=True)
    for bulletin, code in ((draft.bulletin, "not-published"), (exercise.bulletin, "exercise")):
        with pytest.raises(stix.Refused, match=code):
            stix.give(BO, bulletin)
    assert not AuditRow.objects.filter(verb="bulletin.given").exists()
    relayed = {"origin": "relayed", "relayed_from": "省委网信办", "relayed_number": "省网信预〔2026〕3号"}
    told = stix.warning_of(published([unit], **relayed))
    assert (told.tlp, told.references) == ("amber", (Reference("省委网信办", "省网信预〔2026〕3号"),))


INDICATORS = [
    {"type": "indicator", "id": f"indicator--{n}", "pattern": "[ipv4-addr:value = '45.66.77.96']"} for n in "12"
]


def sent(client: Client, content: bytes, **fields: str) -> Any:
    return client.post("/bulletins/receive/", {"file": io.BytesIO(content), **fields}, follow=True)


def test_the_page_takes_a_file_and_shows_what_came_of_it(
    unit: Unit, client: Client, person_of: Callable[..., Any]
) -> None:
    client.force_login(person_of(Role.ANALYST), BACKEND)
    relay = client.get("/bulletins/relay/").content.decode()
    assert 'action="/bulletins/receive/"' in relay
    assert relay.count('name="tlp"') == 1
    assert 'action="/bulletins/receive/"' not in client.get("/bulletins/new/").content.decode()
    bundle = bundle_of(replace(TOLD, tlp="red"))
    content = json.dumps(
        {**bundle, "objects": [*bundle["objects"], *INDICATORS, {"type": "x-odd", "id": "x"}]}
    ).encode()
    answer = sent(client, content)
    bulletin, shown = Bulletin.objects.get(), answer.content.decode()
    assert answer.redirect_chain == [(f"/bulletins/{bulletin.id}/", 302)]
    assert not StoredIndicator.objects.exists()
    wanted = ("It holds 2 indicators, which were not taken.", 'href="/intel/import/"', "1 × x-odd", "TLP:RED")
    for text in (*wanted, "Only the persons it was sent to may know it.", "&lt;script&gt;alert(1)"):
        assert text in shown, text
    assert "<script>alert(1)" not in shown
    assert "Download as STIX 2.1" not in shown
    assert b"".join(client.get(f"/bulletins/{bulletin.id}/received/")) == content
    assert AuditRow.objects.filter(verb="bulletin.bundle-taken", subject=bulletin.subject).count() == 1
    again = sent(client, content).content.decode()
    assert "This version of the warning came in before" in again
    assert f'<a href="/bulletins/{bulletin.id}/">{TOLD.title}</a>' in again
    fields = {name: getattr(bulletin.versions.get(), name) for name in OWN}
    fields |= {"relayed_from": "省委网信办", "relayed_number": "3", "to": [unit.id], "revision": 1}
    fields |= {"starts_at": "2026-11-23T09:00", "agency": "云岭县委网信办", "code": "云网信"}
    page = f"/bulletins/{bulletin.id}/"
    assert "can be made narrower, not wider" in client.post(f"{page}edit/", {**fields, "tlp": "green"}).content.decode()
    assert client.post(f"{page}edit/", {**fields, "tlp": "red"}).status_code == 302
    lacks = client.post(f"{page}do/", {"verb": "submit"}, follow=True).content.decode()
    assert "Still missing: the consent of its issuing body that it goes to units" in lacks
    consent = {**fields, "tlp": "red", "revision": 2, **CONSENT, "approval_on": "2026-11-23"}
    client.post(f"{page}edit/", consent)
    client.post(f"{page}do/", {"verb": "submit"})
    assert bulletin.versions.get().state == "review"


def test_the_page_says_what_is_wrong_with_a_file(client: Client, person_of: Callable[..., Any], db: None) -> None:
    client.force_login(person_of(Role.ANALYST), BACKEND)
    for content, text in (
        (b"PK\x03\x04", "The file is no JSON (line and column 1:1)"),
        (b"{}", "The file is no STIX bundle"),
        (written(replace(TOLD, title="")), "Not there, or empty: report--0b0f6f0e-7a55-4a7e-9d0e-2f6d3d9a1c99: name."),
        (b" " * (8 * 1024 * 1024 + 1), "Larger than 8 MB"),
    ):
        answer = sent(client, content)
        assert answer.status_code == 200
        assert text in answer.content.decode().replace("&quot;", '"'), text
    bundle = bundle_of(replace(TOLD, title="Advisory 7"))
    del bundle["objects"][-1]["extensions"]
    content = json.dumps(bundle).encode()
    assert "The bundle states no level" in sent(client, content).content.decode()
    assert not Bulletin.objects.exists()
    assert client.get("/bulletins/receive/").headers["Location"] == "/bulletins/relay/"
    sent(client, content, level="yellow")
    assert (
        "The bundle states no level; a person chose it."
        in client.get(f"/bulletins/{Bulletin.objects.get().id}/").content.decode()
    )


def test_every_refusal_has_its_sentence_in_both_languages() -> None:
    files = [
        "size",
        "json",
        "bundle",
        "objects",
        "none",
        "several",
        "version",
        "missing",
        "type",
        "long",
        "value",
        "time",
        "id",
        "duplicate",
        "secret",
    ]
    refusals = ["same", "older", "newer", "own", "revoked", "level", "not-published", "exercise"]
    said: dict[str, set[str]] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found = [names.fault_of_file(NotAWarning(code, "X")) for code in files]
            said[language] = {*found, *(names.refusal(stix.Refused(code)) for code in refusals)}
    assert len(said["en"]) == len(said["zh-hans"]) == len(files) + len(refusals)
    assert not said["en"] & said["zh-hans"]


def test_who_sees_a_published_one_takes_it_along(
    moved: Any, unit: Unit, other_unit: Unit, client: Client, person_of: Callable[..., Any]
) -> None:
    bulletin = published([unit], tlp="amber").bulletin
    client.force_login(person_of(Role.UNIT_CONTACT, units=(unit,)), BACKEND)
    page = client.get(f"/bulletins/{bulletin.id}/").content.decode()
    assert f"/bulletins/{bulletin.id}/stix/" in page
    assert "those whom the unit serves" in page
    answer = client.get(f"/bulletins/{bulletin.id}/stix/")
    assert answer.headers["Content-Type"] == "application/stix+json;version=2.1"
    assert "attachment" in answer.headers["Content-Disposition"]
    body = b"".join(answer)
    assert read(body).warning.title == OWN["title"]
    assert unit.name not in body.decode(), "who else was told is not said"
    assert client.get(f"/bulletins/{bulletin.id}/received/").status_code == 403
    foreign = published([other_unit]).bulletin
    assert client.get(f"/bulletins/{foreign.id}/stix/").status_code == 404


def test_the_command_makes_the_same_draft(
    moved: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fenghuo.faces.cli.bulletins.open_tables", lambda _data: None)
    file = tmp_path / "w.json"
    file.write_bytes(written(TOLD))

    def run(*words: str) -> tuple[int, str, str]:
        code = run_receive(build_parser("bulletins").parse_args(["bulletins", "receive", *words]))
        said = capsys.readouterr()
        return code, said.out, said.err

    code, out, _err = run(str(file), "--json")
    bulletin = Bulletin.objects.get()
    assert (code, json.loads(out)) == (0, {"bulletin_id": bulletin.id, "indicators": 0, "tlp": "amber"})
    assert AuditRow.objects.filter(subject=bulletin.subject, actor_id="command-line").count() == 2
    code, _out, err = run(str(file))
    assert (code, bulletin.id in err, "came in before" in err) == (1, True, True)
    file.write_bytes(b"{")
    assert "no JSON" in run(str(file))[2]
    assert run(str(tmp_path / "gone.json"))[0] == 1
    assert Bulletin.objects.count() == 1
