"""AES-256-CBC as chat products use it for what they send. Pure.

It proves nothing by itself: the signature over the same bytes does.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fenghuo.warn.channels.hearing import NotProven

_BLOCK = 16


def opened(key: bytes, start: bytes, locked: bytes, pad_to: int) -> bytes:
    """The text of a ciphertext that is padded with PKCS#7 to `pad_to` bytes.

    Raises:
        NotProven: it does not open with this key.
    """
    if not locked or len(locked) % _BLOCK or len(start) != _BLOCK:
        raise NotProven("no ciphertext")
    tool = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    text = tool.update(locked) + tool.finalize()
    padding = text[-1]
    if not 1 <= padding <= pad_to or text[-padding:] != bytes([padding]) * padding:
        raise NotProven("it does not open with this key")
    return text[:-padding]


def locked(key: bytes, start: bytes, text: bytes, pad_to: int) -> bytes:
    """The ciphertext of a text."""
    padding = pad_to - len(text) % pad_to
    tool = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return tool.update(text + bytes([padding]) * padding) + tool.finalize()
