"""Keys that live outside the database, and sealing of secrets that the database must hold."""

import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import settings


class SealBroken(Exception):
    """A sealed value can't be opened with the present key: the key file was replaced or the value was changed."""


def key_file(name: str, make: bytes | None = None) -> bytes:
    """The content of `keys/NAME` of the data directory.

    Where the file is missing and `make` is given, it is created with that content, readable by its owner only; of two
    processes that create it at once one wins and both read the same.

    Raises:
        FileNotFoundError: the file is missing and `make` is None.
    """
    folder = settings().keys
    path = folder / name
    if make is not None and not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = folder / f".{name}.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make)
            file.flush()
            os.fsync(file.fileno())
        _link_if_absent(temporary, path)
    return path.read_bytes()


def _link_if_absent(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


@cache
def _box() -> Fernet:
    return Fernet(key_file("field.key", make=Fernet.generate_key()))


def seal(text: str) -> str:
    """The text encrypted and authenticated with the field key, for storing in a table."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that `seal` was given.

    Raises:
        SealBroken: the key or the value is not the one it was.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(_("A sealed value does not open with keys/field.key; was the key file replaced?")) from error
