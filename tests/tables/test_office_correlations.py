"""Correlations of the office: over days, and over what is only counted."""

from collections.abc import Callable

import pytest
from django.test import Client

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.common import clock
from fenghuo.faces.console.models import SiteProfile
from fenghuo.see.rulebook import actions, office, queries

from .test_live_rules import LINE, RULE, SEQUENCE, SEQUENCE_ID

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, person_of: Callable[..., Person]) -> Client:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    client.force_login(person_of(Role.SECURITY_ADMIN), "django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


NEWLY = SEQUENCE.replace("type: event_count", "type: new_value").replace("timespan: 1m", "timespan: 4d\n  learn: 2d")


def test_the_office_tries_a_correlation_of_new_values_over_days(admin: Client) -> None:
    office.save_rule(TESTER, RULE.replace("title:", "name: ours\ntitle:"), "r")
    text = NEWLY.replace("{gte: 3}", "{field: cs-uri-query}")
    days = "\n".join(LINE.replace("24/Nov", f"{day}/Nov").replace("ABC", f"ABC{day // 23}") for day in range(20, 25))
    values = {
        "text": text,
        "base": "0",
        "reason": "r",
        "events": days,
        "kind": "nginx",
        "trial_days": "0",
        "verb": "try",
    }
    tried = admin.post("/rules/new/", values).content.decode()
    assert "<code>cs-uri-query</code> = <code>x=ABC1</code>" in tried
    assert tried.count("✓ Three of our own") == 1
    assert "Values of a group are new only once it was watched for 2 d 0 h." in tried


COUNTED = f"""title: Ours over what is only counted
id: {SEQUENCE_ID}
correlation:
  type: value_count
  rules: [denied-inside]
  group-by: [src_ip]
  timespan: 5m
  condition: {{field: dst_port, gte: 9}}
level: high
fenghuo: {{threat_class: scanning}}
"""


def test_a_correlation_that_makes_the_platform_store_what_it_only_counts_is_told_so(admin: Client) -> None:
    actions.sync_builtin_packs()
    words = "Makes the platform store every hit"
    title = "A connection from inside that was denied or not answered"
    values = {"text": COUNTED, "base": "0", "reason": "why", "events": LINE, "kind": "nginx", "trial_days": "0"}
    tried = admin.post("/rules/new/", {**values, "verb": "try"}).content.decode()
    assert words in tried
    assert title in tried
    assert words not in admin.get("/rules/").content.decode()
    page = admin.post("/rules/new/", {**values, "verb": "save"}).headers["Location"]
    assert words in admin.get(page).content.decode()
    shown = admin.get("/rules/").content.decode()
    assert f'<a href="{page}">Ours over what is only counted</a>: {title}' in shown
    assert not any(c.passing for c in queries.compiled().correlations if "denied-inside" in c.draft.refs)
    mended = COUNTED.replace("threat_class: scanning", "threat_class: scanning, passing: true")
    saved = admin.post(f"{page}edit/", {**values, "text": mended, "base": "1", "verb": "save"})
    assert saved.status_code == 302, saved.content.decode()
    assert words not in admin.get("/rules/").content.decode()
    assert words not in admin.get(page).content.decode()
    assert any(c.passing for c in queries.compiled().correlations if "denied-inside" in c.draft.refs)
