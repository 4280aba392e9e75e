"""Channels in the console: each kind asks for its own settings, and secrets go in and never come out."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.base.common import clock
from fenghuo.faces.console.models import SiteProfile
from fenghuo.warn.channels.configured import add_channel, settings_of
from fenghuo.warn.channels.kinds import folders, kinds
from fenghuo.warn.channels.models import Channel

pytestmark = pytest.mark.django_db
URL = "https://oapi.dingtalk.com/robot/send?access_token=open-sesame"
COMMON = {"name": "值班群", "lowest": "blue", "language": "zh-hans"}
MAIL = {"s-host": "mail.example", "s-port": "587", "s-security": "starttls", "s-sender": "f@office.example"}


@pytest.fixture
def admin(person_of: Callable[..., Any]) -> Client:
    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())
    client = Client(headers={"accept-language": "en"})
    client.force_login(person_of(Role.SYSTEM_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_offers_every_kind_and_each_has_its_form(admin: Client) -> None:
    page = text(admin.get("/channels/"))
    for name in folders():
        assert f"?kind={name}" in page
        form = text(admin.get(f"/channels/new/?kind={name}"))
        for setting in kinds()[name].settings.base_fields:
            assert f'name="s-{setting}"' in form
    assert admin.get("/channels/new/?kind=nothing").status_code == 302


def test_a_robot_is_added_and_its_secrets_are_never_shown(admin: Client) -> None:
    answer = admin.post("/channels/new/?kind=dingtalk", {**COMMON, "s-url": URL, "s-secret": "SECret"})
    assert answer.status_code == 302
    channel = Channel.objects.get()
    assert (channel.kind, channel.recipients) == ("dingtalk", ["oapi.dingtalk.com"])
    for address in ("/channels/", f"/channels/{channel.id}/"):
        page = text(admin.get(address))
        assert "值班群" in page
        assert "open-sesame" not in page
        assert "SECret" not in page
    assert not [entry for entry in AuditRow.objects.all() if "open-sesame" in str(vars(entry))]


def test_secrets_left_empty_stay_and_new_ones_replace_them(admin: Client) -> None:
    admin.post("/channels/new/?kind=dingtalk", {**COMMON, "s-url": URL, "s-secret": "SECret"})
    channel = Channel.objects.get()
    admin.post(f"/channels/{channel.id}/", {**COMMON, "name": "群", "lowest": "orange", "s-mention": "13800138000"})
    channel.refresh_from_db()
    assert (channel.name, channel.lowest) == ("群", "orange")
    assert settings_of(channel) == {"url": URL, "secret": "SECret", "mention": "13800138000"}
    admin.post(f"/channels/{channel.id}/", {**COMMON, "s-secret": "SECnew"})
    channel.refresh_from_db()
    assert settings_of(channel) == {"url": URL, "secret": "SECnew"}
    assert AuditRow.objects.filter(verb="channel.changed").count() == 2


def test_what_can_not_be_is_told_beside_its_field(admin: Client) -> None:
    page = text(
        admin.post("/channels/new/?kind=sms_alibaba", {**COMMON, "recipients": "12345", "s-variables": "title"})
    )
    assert "variable=value" in page
    assert Channel.objects.count() == 0
    keys = {"s-key_id": "a", "s-key_secret": "b", "s-signature": "云岭", "s-template": "SMS_1"}
    given = {**COMMON, **keys, "s-variables": "title=title", "s-url": "https://dysmsapi.aliyuncs.com/"}
    assert "11 digits" in text(admin.post("/channels/new/?kind=sms_alibaba", {**given, "recipients": "12345"}))
    admin.post("/channels/new/?kind=sms_alibaba", {**given, "recipients": "138 0013 8000".replace(" ", "")})
    assert Channel.objects.get().recipients == ["+8613800138000"]
    assert "already exists" in text(admin.post("/channels/new/?kind=sms_alibaba", {**given, "recipients": ""}))


def test_dkim_is_whole_or_not_at_all_and_its_record_is_shown(admin: Client) -> None:
    page = text(admin.post("/channels/new/?kind=email", {**COMMON, **MAIL, "s-dkim_domain": "office.example"}))
    assert "all three" in page
    dkim = {"s-dkim_domain": "office.example", "s-dkim_selector": "fh", "s-dkim_key": "no key"}
    assert "no RSA key" in text(admin.post("/channels/new/?kind=email", {**COMMON, **MAIL, **dkim}))
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()
    other = {**dkim, "s-dkim_key": pem, "s-dkim_domain": "elsewhere.example"}
    assert "must lie in" in text(admin.post("/channels/new/?kind=email", {**COMMON, **MAIL, **other}))
    assert admin.post("/channels/new/?kind=email", {**COMMON, **MAIL, **dkim, "s-dkim_key": pem}).status_code == 302
    page = text(admin.get(f"/channels/{Channel.objects.get().id}/"))
    assert "fh._domainkey.office.example" in page
    assert "v=DKIM1; k=rsa; p=MII" in page
    assert "PRIVATE KEY" not in page


def test_what_is_needed_and_left_out_is_as_usual() -> None:
    given = {"key_id": "a", "key_secret": "b", "signature": "云岭", "template": "SMS_1"}
    channel = add_channel(TESTER, "sms", "sms_alibaba", given, [], "blue", "zh-hans")
    assert settings_of(channel)["url"] == "https://dysmsapi.aliyuncs.com/"
    assert settings_of(channel)["variables"] == "title=title"


def test_who_may_answer_and_the_address_for_answers(admin: Client, settings_url: None) -> None:
    given = {**COMMON, "s-url": URL, "s-app_secret": "an-app-secret"}
    wrong = text(admin.post("/channels/new/?kind=dingtalk", {**given, "s-members": "zhang"}))
    assert "each id once" in wrong
    assert Channel.objects.count() == 0
    admin.post("/channels/new/?kind=dingtalk", {**given, "s-members": "zhang=13800138000, li=li@office.example"})
    channel = Channel.objects.get()
    page = text(admin.get(f"/channels/{channel.id}/"))
    assert f"https://fenghuo.office.example/answer/chat/{channel.id}/" in page
    assert "zhang=13800138000" in page
    assert "an-app-secret" not in page
    robot = {**COMMON, "s-url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "s-aes_key": "short"}
    assert "43 characters" in text(admin.post("/channels/new/?kind=wecom", robot))
