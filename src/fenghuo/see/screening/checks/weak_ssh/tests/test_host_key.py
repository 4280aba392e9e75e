"""Host keys against those that a library makes."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fenghuo.see.screening.checks.weak_ssh.host_key import BadKey, kind_and_bits


def blob(key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])


@pytest.mark.parametrize("bits", [1024, 2048])
def test_rsa_keys_tell_their_size(bits: int) -> None:
    assert kind_and_bits(blob(rsa.generate_private_key(65537, bits).public_key())) == ("ssh-rsa", bits)


def test_other_keys_have_no_size_that_matters() -> None:
    assert kind_and_bits(blob(ed25519.Ed25519PrivateKey.generate().public_key())) == ("ssh-ed25519", 0)


@pytest.mark.parametrize("bad", [b"", b"\x00", b"\x00\x00\x00\x09ssh", b"\x00\x00\x00\x07ssh-rsa"])
def test_other_bytes_are_no_key(bad: bytes) -> None:
    with pytest.raises(BadKey):
        kind_and_bits(bad)
