"""What people write to a WeCom application: XML of the product, signed with the Token and encrypted with the EncodingAESKey. Pure.

Only the members of one's own organisation write to an application, each in a conversation of their own.
"""

import base64
import hashlib
import secrets
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from xml.parsers import expat

from fenghuo.warn.channels.hearing import Body, Call, Heard, NotProven, Words, fresh, moment, needs, same, short
from fenghuo.warn.channels.plain import cut_bytes
from fenghuo.warn.channels.unlocking import locked, opened

_PAD_TO = 32
_RANDOM = 16
_HEAD = 20
_MOST_BYTES = 2048


def signature(token: str, stamp: str, nonce: str, content: str) -> str:
    """What the product puts in `msg_signature`."""
    joined = "".join(sorted((token, stamp, nonce, content)))
    return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 -- the product's choice


def key_of(encoding_key: str) -> bytes:
    """The key behind the 43 characters of an EncodingAESKey.

    Raises:
        ValueError: they hold none.
    """
    key = base64.b64decode(encoding_key + "=", validate=True)
    if len(key) != _PAD_TO:
        raise ValueError(encoding_key)
    return key


def hear(config: Mapping[str, str], call: Call, now: datetime) -> Heard:
    """What a person wrote to the application; GET is the test of the address.

    Raises:
        NotProven: another signature or organisation, or a moment more than an hour away.
    """
    token, encoding_key, corp = needs(config, "app_token", "aes_key", "corp_id")
    content = call.query.get("echostr", "") if call.method == "GET" else _fields(call.body).get("Encrypt", "")
    stamp, nonce = call.query.get("timestamp", ""), call.query.get("nonce", "")
    if not same(call.query.get("msg_signature", ""), signature(token, stamp, nonce, content)):
        raise NotProven("signature")
    fresh(moment(stamp), now)
    key = key_of(encoding_key)
    text = _text(key, content, corp)
    if call.method == "GET":
        return Heard(answer=lambda _texts: Body(text, "text/plain; charset=utf-8"))
    told = _fields(text)
    names = ("MsgType", "MsgId", "FromUserName", "CreateTime")
    kind, number, sender, written = (told.get(name, "") for name in names)
    if kind != "text" or not number or not sender:
        return Heard(answer=lambda _texts: Body(b"", "text/plain"))
    words = Words(number, (sender,), short(told.get("Content", "")), moment(written))
    return Heard((words,), partial(_answer, (token, key, corp), sender, stamp, nonce), tells=True)


def _text(key: bytes, content: str, corp: str) -> bytes:
    """What stands between sixteen random bytes with the length, and the organisation."""
    try:
        plain = opened(key, key[:_RANDOM], base64.b64decode(content, validate=True), _PAD_TO)
    except ValueError as error:
        raise NotProven("no ciphertext") from error
    if len(plain) < _HEAD:
        raise NotProven("no ciphertext")
    (length,) = struct.unpack(">I", plain[_RANDOM:_HEAD])
    if not same(plain[_HEAD + length :].decode("utf-8", "replace"), corp):
        raise NotProven("organisation")
    return plain[_HEAD : _HEAD + length]


def _answer(secret: tuple[str, bytes, str], sender: str, stamp: str, nonce: str, texts: Sequence[str]) -> Body:
    """The passive answer: who wrote sees it in the same conversation."""
    token, key, corp = secret
    words = _cdata(cut_bytes("\n\n".join(texts), _MOST_BYTES))
    inner = (
        f"<xml><ToUserName>{_cdata(sender)}</ToUserName><FromUserName>{_cdata(corp)}</FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType>{_cdata('text')}</MsgType><Content>{words}</Content></xml>"
    ).encode()
    plain = secrets.token_bytes(_RANDOM) + struct.pack(">I", len(inner)) + inner + corp.encode()
    content = base64.b64encode(locked(key, key[:_RANDOM], plain, _PAD_TO)).decode()
    signed = signature(token, stamp, nonce, content)
    outer = (
        f"<xml><Encrypt>{_cdata(content)}</Encrypt><MsgSignature>{_cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )
    return Body(outer.encode(), "application/xml; charset=utf-8")


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _fields(content: bytes) -> dict[str, str]:
    """The texts of the elements right below the root; of doubles the first. No document may define entities."""
    found: dict[str, str] = {}
    path: list[str] = []
    done: set[str] = set()

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)

    def end(_name: str) -> None:
        if len(path) == 2:
            done.add(path[1])
        path.pop()

    def data(text: str) -> None:
        if len(path) == 2 and path[1] not in done:
            found[path[1]] = found.get(path[1], "") + text

    def refuse(*_arguments: object) -> None:
        raise NotProven("a document type")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotProven("no XML") from error
    return found
