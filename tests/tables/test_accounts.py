"""Who may sign in, and with what."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django_otp.oath import totp

from fenghuo.base.accounts.actions import add_person, change_person, new_totp_seed, set_totp, use_totp
from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role
from fenghuo.base.audit import COMMAND_LINE as TESTER
from fenghuo.base.audit.models import AuditRow
from fenghuo.faces.console.models import SiteProfile

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def set_up(db: None) -> None:
    from fenghuo.base.common import clock

    SiteProfile.objects.create(county="c", office="o", set_up_at=clock.now())


def sign_in(client: Client, username: str, password: str = PASSWORD) -> int:
    return client.post("/account/sign-in/", {"username": username, "password": password}, follow=False).status_code


def test_the_three_administrators_are_three_persons() -> None:
    with pytest.raises(ValidationError):
        add_person(TESTER, "x", "x", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
    with pytest.raises(ValidationError):
        add_person(TESTER, "x", "x", ["emperor"])
    assert not Person.objects.exists()


def test_a_made_password_must_be_changed_first(client: Client) -> None:
    _person, password = add_person(TESTER, "li", "李", [Role.DUTY_OFFICER])
    assert sign_in(client, "li", password) == 302
    assert client.get("/desk/").headers["Location"] == "/account/password/"
    changed = client.post("/account/password/", {"old": password, "new": "a sentence of my own"})
    assert changed.status_code == 302
    assert client.get("/desk/").status_code == 200


def test_a_session_ends_when_a_right_is_taken_away(client: Client, person_of) -> None:  # type: ignore[no-untyped-def]
    person = person_of(Role.DUTY_OFFICER)
    sign_in(client, person.username)
    assert client.get("/desk/").status_code == 200
    change_person(TESTER, person, [Role.OBSERVER], [], active=True)
    assert client.get("/desk/").headers["Location"].startswith("/account/sign-in/")


def test_wrong_passwords_lock_this_name_from_this_address(client: Client, person_of) -> None:  # type: ignore[no-untyped-def]
    person = person_of(Role.DUTY_OFFICER)
    codes = [sign_in(client, person.username, "wrong") for _ in range(6)]
    assert codes[-1] == 429
    assert sign_in(client, person.username) == 429


def test_the_second_factor_is_asked_for_and_each_code_opens_once(client: Client, person_of) -> None:  # type: ignore[no-untyped-def]
    import base64

    person = person_of(Role.DUTY_OFFICER)
    seed = new_totp_seed()
    key = base64.b32decode(seed)
    assert not set_totp(TESTER, person, seed, "000000") or totp(key) == 0
    assert set_totp(TESTER, person, seed, f"{totp(key):06d}")
    person.refresh_from_db()
    assert seed not in person.totp_seed
    assert not use_totp(person, f"{totp(key):06d}"), "the code of the set-up must not open again"
    assert sign_in(client, person.username) == 302
    assert client.get("/desk/").status_code == 302, "the password alone opens nothing"
    wrong = client.post("/account/sign-in/code/", {"code": "123456"})
    assert wrong.status_code == 200
    following = f"{totp(key, drift=1):06d}"
    assert client.post("/account/sign-in/code/", {"code": following}).status_code == 302
    assert client.get("/desk/").status_code == 200
    assert AuditRow.objects.filter(verb="person.signed-in").count() == 1


def test_wrong_codes_lock_as_wrong_passwords_do(client: Client, person_of) -> None:  # type: ignore[no-untyped-def]
    import base64

    person = person_of(Role.DUTY_OFFICER)
    seed = new_totp_seed()
    set_totp(TESTER, person, seed, f"{totp(base64.b32decode(seed)):06d}")
    sign_in(client, person.username)
    codes = [client.post("/account/sign-in/code/", {"code": "12345x"[:6]}).status_code for _ in range(7)]
    assert codes[-1] == 429
