"""The server's log names the address of every error, and never the secret in it."""

import io
import logging
import secrets
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.tables.test_access import walk

from fenghuo.base.common.ids import new_token, random_id
from fenghuo.base.common.logs import without_secrets

WITH_SECRET = [address for address in walk(get_resolver()) if "token" in address.parameters]


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What a handler like that of the settings writes."""
    of_settings = next(handler for handler in logging.getLogger().handlers if handler.filters)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(of_settings.formatter)
    for one in of_settings.filters:
        handler.addFilter(one)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_no_error_of_any_address_with_a_secret_writes_it_down(said: io.StringIO, client: Client) -> None:
    assert len(WITH_SECRET) > 10
    strict = Client(enforce_csrf_checks=True)
    for address in WITH_SECRET:
        for token in (secrets.token_urlsafe(16), secrets.token_urlsafe(24), new_token("fhb")):
            path = "/" + address.route.replace("<str:token>", token).replace("<str:form>", "txt")
            for one, sent in ((client, path), (strict, path), (client, path + "typo/extra")):
                one.get(sent)
                one.post(sent)
            assert token not in said.getvalue(), address.name
    assert "…" in said.getvalue(), "errors were logged at all"


def test_what_is_no_secret_stays_readable() -> None:
    kept = f"/notices/{random_id()}/arrangements-and-deputies/report.docx"
    assert without_secrets(kept) == kept
    assert without_secrets("/n/4Kq0x-JcX1Zr_T2b9QmD7w/open/") == "/n/…/open/"
