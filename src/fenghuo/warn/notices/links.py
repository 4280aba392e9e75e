"""The link and the code of a copy. Both are made from a key outside the database and are stored nowhere but in messages on their way."""

import base64
import hashlib
import hmac
import secrets

from django.db import transaction

from fenghuo.base.common.ids import token_hash
from fenghuo.base.common.secrets import key_file
from fenghuo.warn.notices.models import NoticeCopy

MOST_TRIES = 5
_DIGITS = 6


def _mac(text: str) -> bytes:
    key = key_file("notices.key", make=secrets.token_hex(32).encode())
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def link_token(copy_id: str) -> str:
    """The secret part of a copy's link; 192 bits, the same each time, so that a reminder can carry it again."""
    return base64.urlsafe_b64encode(_mac(f"link|{copy_id}")[:24]).decode()


def code_of(copy: NoticeCopy) -> str:
    """The six digits that open the link; others with every epoch."""
    number = int.from_bytes(_mac(f"code|{copy.id}|{copy.code_epoch}")[:8]) % 10**_DIGITS
    return f"{number:0{_DIGITS}d}"


def find_by_token(token: str) -> NoticeCopy | None:
    """The copy whose link this is."""
    return NoticeCopy.objects.select_related("notice", "unit").filter(link_hash=token_hash(token)).first()


@transaction.atomic
def try_code(copy_id: str, given: str) -> str:
    """ "" where the code is right, else "code" or, after five wrong ones, "code-used-up": then only a new code opens.

    A transaction of its own: a wrong try counts whatever becomes of what it was meant for.
    """
    copy = NoticeCopy.objects.select_for_update(of=("self",)).get(id=copy_id)
    if copy.code_tries >= MOST_TRIES:
        return "code-used-up"
    if hmac.compare_digest(code_of(copy).encode(), "".join(given.split()).encode()):
        return ""
    copy.code_tries += 1
    copy.save(update_fields=["code_tries"])
    return "code-used-up" if copy.code_tries >= MOST_TRIES else "code"
