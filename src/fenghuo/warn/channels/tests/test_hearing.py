"""What products send, against their own published examples."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from fenghuo.warn.channels.feishu.receive import hear as feishu
from fenghuo.warn.channels.hearing import Call, NotProven, members_of
from fenghuo.warn.channels.unlocking import opened
from fenghuo.warn.channels.wecom.receive import hear as wecom

CONFIG = {
    "app_token": "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo",
    "aes_key": "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
    "corp_id": "ww1436e0e65a779aee",
}
"""The settings of the examples that WeCom publishes with its library."""


def example(stamp: str, nonce: str, signature: str, method: str, content: str) -> Call:
    query = {"msg_signature": signature, "timestamp": stamp, "nonce": nonce}
    if method == "GET":
        return Call(method, {**query, "echostr": content}, {}, b"")
    body = f"<xml><ToUserName><![CDATA[x]]></ToUserName>\n<Encrypt><![CDATA[{content}]]></Encrypt>\n</xml>"
    return Call(method, query, {}, body.encode())


TEST = example(
    "1476416373",
    "47744683",
    "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb",
    "GET",
    "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA==",
)
MESSAGE = example(
    "1476422779",
    "1597212914",
    "0c3914025cb4b4d68103f6bfc8db550f79dcf48e",
    "POST",
    "Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLNshw2AEew+kkYcD+Fq72Kt00fT0Wn"
    "N87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh010wsHF8KZD24YhmZH4ch4Ka7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pF"
    "rdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49HKYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+",
)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_the_examples_of_wecom() -> None:
    assert wecom(CONFIG, TEST, at(1476416373)).answer([]).content == b"1288432023552776189"
    (words,) = wecom(CONFIG, MESSAGE, at(1476422779)).words
    assert (words.senders, words.text, words.number) == (("ChenJiaShun",), "你好", "1456453720")


@pytest.mark.parametrize("setting", ["app_token", "aes_key", "corp_id"])
def test_wecom_with_another_secret_or_organisation_is_not_proven(setting: str) -> None:
    other = CONFIG[setting].replace("6q", "7q").replace("hJ", "hK").replace("ww", "wx")
    for call, moment in ((TEST, 1476416373), (MESSAGE, 1476422779)):
        with pytest.raises(NotProven):
            wecom({**CONFIG, setting: other}, call, at(moment))
        with pytest.raises(NotProven, match="set up"):
            wecom({**CONFIG, setting: ""}, call, at(moment))
        with pytest.raises(NotProven, match="stale"):
            wecom(CONFIG, call, at(moment + 3601))


def test_the_example_of_feishu() -> None:
    content = base64.b64decode("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=")
    assert opened(hashlib.sha256(b"test key").digest(), content[:16], content[16:], 16) == b"hello world"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"encrypt": 5}', b'{"encrypt": "AA=="}', b'{"encrypt": "' + b"A" * 44 + b'"}', b"[" * 9000],
)
def test_what_is_no_event_is_not_proven(body: bytes) -> None:
    with pytest.raises(NotProven):
        feishu({"encrypt_key": "k", "verification_token": "t"}, Call("POST", {}, {}, body), at(0))


@pytest.mark.parametrize("body", [b"", b"<xml>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", b"\xff"])
def test_what_is_no_xml_is_not_proven(body: bytes) -> None:
    with pytest.raises(NotProven):
        wecom(CONFIG, Call("POST", {}, {}, body), at(0))


def test_members() -> None:
    assert members_of(" a=138 0013 8000, b=z@x.example ,") == {"a": "138 0013 8000", "b": "z@x.example"}
    assert members_of("a\uff1d1\uff0cb=2\r\nc=3") == {"a": "1", "b": "2", "c": "3"}
    for wrong in ("a", "a=", "=1", "a=1,a=2"):
        with pytest.raises(ValueError, match=wrong[-1]):
            members_of(wrong)
