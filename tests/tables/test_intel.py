"""Indicators in the tables: every kind of list comes in through the page, a repetition confirms, what ends or was wrong stays so."""

import inspect
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from tests.tables.moving import Time

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.base.units.actions import save_asset
from fenghuo.base.units.models import Asset, Unit
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.intel import actions, queries
from fenghuo.see.intel.formats import FORMATS, Row
from fenghuo.see.intel.models import Feed, ImportRun, ImportState, StoredIndicator

pytestmark = pytest.mark.django_db
DAY = 86_400 * 10**9


@pytest.fixture
def analyst(client: Client, person_of: Callable[..., Person]) -> Client:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    client.force_login(person_of(Role.SECURITY_ADMIN), "django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def sample_of(name: str) -> Path:
    return next(iter(sorted(Path(inspect.getfile(FORMATS[name].read)).parent.glob("sample*"))))


def sent(path: Path) -> bytes:
    if path.is_file():
        return path.read_bytes()
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w") as archive:
        for file in path.iterdir():
            archive.write(file, f"feed/{file.name}")
    return folder.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_a_list_of_every_format_comes_in_through_the_page(name: str, analyst: Client) -> None:
    data = sent(sample_of(name))
    for time, (added, updated) in enumerate([(True, False), (False, True)]):
        file = SimpleUploadedFile("list", data)
        answer = analyst.post("/intel/import/", {"file": file, "format": name, "feed": "county"})
        run = ImportRun.objects.latest("id")
        assert answer.headers["Location"] == f"/intel/imports/{run.pk}/", time
        assert run.state == ImportState.DONE
        assert (run.added > 0, run.updated > 0) == (added, updated), "a repetition confirms"
        page = analyst.get(answer.headers["Location"]).content.decode()
        assert sum(run.refused.values()) > 0
        assert all(escape(row.value) in page for row in run.rows.all())
    feed = Feed.objects.get(name="county")
    assert feed.number == StoredIndicator.objects.count() == ImportRun.objects.earliest("id").added
    assert AuditRow.objects.filter(verb="feed.imported").count() == 2
    listed = analyst.get("/intel/").content.decode()
    first = StoredIndicator.objects.latest("id")
    assert first.value[:40] in listed
    assert first.value[:40] in analyst.get(f"/intel/{first.pk}/").content.decode()


def test_a_list_that_is_none_is_said_to_be_none(analyst: Client) -> None:
    file = SimpleUploadedFile("list", b"{")
    answer = analyst.post("/intel/import/", {"file": file, "format": "stix", "feed": "county"}, follow=True)
    run = ImportRun.objects.get()
    assert run.state == ImportState.FAILED
    assert run.problem
    assert answer.status_code == 200
    assert not StoredIndicator.objects.exists()


def test_what_a_row_does_not_say_is_said_by_its_feed_and_ends_by_itself(time: Time) -> None:
    feed = actions.save_feed(TESTER, Feed(name="f", tlp="green", confidence=30, threat_class="malware", expiry_days=10))
    found = actions.add_one(TESTER, Row("", "evil.example"), feed.name)
    assert (found.tlp, found.confidence, found.threat_class) == ("green", 30, "malware")
    assert found.valid_until == time.ns + 10 * DAY
    own = actions.add_one(TESTER, Row("", "worse.example", confidence=90, tlp="red", valid_until=time.ns + DAY), "f")
    assert (own.tlp, own.confidence, own.valid_until) == ("red", 90, time.ns + DAY)
    time.ns += 5 * DAY
    assert list(queries.indicators(state="expired")) == [own]
    actions.add_one(TESTER, Row("", "evil.example"), feed.name)
    time.ns += 8 * DAY
    assert found in queries.indicators(state="valid"), "a newer list named it again"
    time.ns += 5 * DAY
    assert found in queries.indicators(state="expired")


def test_what_was_withdrawn_is_not_brought_back_by_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("evil.example\nworse.example\n")
    feed = actions.feed_of(TESTER, "county")
    actions.import_file(TESTER, path, "plain", feed)
    wrong = StoredIndicator.objects.get(value="evil.example")
    with pytest.raises(ValueError, match="reason"):
        actions.withdraw(TESTER, wrong.pk, " ")
    actions.withdraw(TESTER, wrong.pk, "a customer of ours")
    actions.import_file(TESTER, path, "plain", feed)
    wrong.refresh_from_db()
    assert wrong.withdrawn_at is not None
    assert [row.value for row in queries.indicators(state="valid")] == ["worse.example"]
    feed.refresh_from_db()
    assert feed.number == 1


def test_what_is_ours_is_never_listed(unit: Unit, analyst: Client) -> None:
    save_asset(TESTER, Asset(unit=unit, name="site", value="www.yunling.example"))
    data = b"http://www.yunling.example/a\nyunling.example\nevil.example\n"
    file = SimpleUploadedFile("list", data)
    answer = analyst.post("/intel/import/", {"file": file, "format": "plain", "feed": "f"}, follow=True)
    assert ImportRun.objects.get().refused == {"own-asset": 2}
    assert "www.yunling.example" in answer.content.decode()
    assert [row.value for row in StoredIndicator.objects.all()] == ["evil.example"]
    page = analyst.post("/intel/new/", {"value": "yunling.example", "threat_class": "malware", "confidence": "80"})
    assert page.status_code == 200
    assert StoredIndicator.objects.count() == 1


def test_an_end_and_a_withdrawal_need_a_reason_and_the_right(analyst: Client, person_of: Callable[..., Person]) -> None:
    found = actions.add_one(TESTER, Row("", "evil.example"))
    end = f"/intel/{found.pk}/end/"
    analyst.post(end, {"reason": " "})
    found.refresh_from_db()
    assert found.valid_until is not None
    assert found.valid_until > clock.now_ns(), "without a reason nothing ends"
    analyst.post(end, {"reason": "cleaned"})
    found.refresh_from_db()
    assert found.valid_until <= clock.now_ns()
    assert AuditRow.objects.get(verb="indicator.expired").actor_id
    analyst.force_login(person_of(Role.DUTY_OFFICER), "django.contrib.auth.backends.ModelBackend")
    assert analyst.post(end, {"reason": "x", "verb": "withdraw"}).status_code == 403
    found.refresh_from_db()
    assert found.withdrawn_at is None
