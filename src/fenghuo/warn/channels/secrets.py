"""Secrets of messages: sealed while they wait, wiped when they have left; and the link and the code of acknowledgement.

Link and code are made from a key outside the database. The link is the same for a person and a matter; the code is the person's own, and
never stands in a message with a link.
"""

import base64
import hashlib
import hmac
import json
import secrets as _random
from collections.abc import Mapping

from fenghuo.base.common.ids import token_hash
from fenghuo.base.common.secrets import key_file, seal, unseal
from fenghuo.base.common.settings import settings

_DIGITS = 6


def sealed(values: Mapping[str, str]) -> str:
    """Secrets as they wait in the table, "" for none."""
    return seal(json.dumps(dict(values))) if values else ""


def opened(text: str) -> dict[str, str]:
    """What `sealed` was given.

    Raises:
        SealBroken: the key file was replaced.
    """
    return json.loads(unseal(text)) if text else {}


def _key() -> bytes:
    return key_file("answers.key", make=_random.token_hex(32).encode())


def _mac(text: str) -> bytes:
    return hmac.new(_key(), text.encode(), hashlib.sha256).digest()


def fingerprint(text: str) -> str:
    """A text that is recognised again and can't be read, nor guessed without the key: 64 digits."""
    return hmac.new(_key(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def answer_token(who: str, matter: str) -> str:
    """The secret part of a link, 192 bits."""
    return base64.urlsafe_b64encode(_mac(f"answer|{len(who)}|{who}|{matter}")[:24]).decode()


def answer_hash(who: str, matter: str) -> str:
    """What the table keeps of it."""
    return token_hash(answer_token(who, matter))


def answer_link(who: str, matter: str) -> str:
    """The address that is sent."""
    return f"{settings().public_url.rstrip('/')}/answer/{answer_token(who, matter)}/"


def address_for_answers(channel_id: str) -> str:
    """Where the other side of a channel tells what people wrote; "" where no address leads to us."""
    base = settings().public_url.rstrip("/")
    return f"{base}/answer/chat/{channel_id}/" if base else ""


def code_of(who: str, epoch: int) -> str:
    """The six digits of a person; others with every epoch."""
    number = int.from_bytes(_mac(f"code|{who}|{epoch}")[:8]) % 10**_DIGITS
    return f"{number:0{_DIGITS}d}"
