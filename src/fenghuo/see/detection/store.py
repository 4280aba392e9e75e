"""A folder of what was compiled before, by content. Each file carries the digest of what it holds, and nothing in it can run as code.

A store only saves time: what is not there, can't be read, or is not ours is compiled again.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

_MAGIC = b"fenghuo compiled 1\n"
_DIGEST = 32
_HEAD = len(_MAGIC) + _DIGEST
MOST_BYTES = 96 * 1024 * 1024
_MOST_OF_ONE = 64 * 1024 * 1024
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


class Store:
    """What is kept in a folder of its own, which only this account may enter; at most `most` bytes, the longest unused go first.

    A folder that belongs to somebody else, or that others may enter, is not used at all.
    """

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._usable: bool | None = None

    def get(self, name: str) -> bytearray | None:
        """What was kept under a name; None where there is nothing, or a file that is damaged or not ours, which is removed."""
        if not self._is_usable():
            return None
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            content = _sound(descriptor, name)
        except OSError:
            content = None
        finally:
            os.close(descriptor)
        try:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                os.utime(path)  # used now: it is the last to go
        except OSError:
            return content
        return content

    def put(self, name: str, content: bytes | bytearray) -> None:
        """Keep something under a name; a disk that is full or closed leaves the store as it was."""
        if len(content) + _HEAD > min(self._most, _MOST_OF_ONE) or not self._is_usable():
            return
        try:
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as stream:
                try:
                    stream.write(_MAGIC + _digest(name, content))
                    stream.write(content)
                    stream.close()
                    os.replace(
                        stream.name, self._folder / name
                    )  # whoever reads meanwhile has the old file or the new one
                except BaseException:
                    Path(stream.name).unlink(missing_ok=True)
                    raise
            self._make_room()
        except OSError:
            return

    def latest(self, beginning: str) -> list[str]:
        """Names with a beginning, the last used first."""
        if not self._is_usable():
            return []
        return [path.name for _, _, path in sorted(self._files(), reverse=True) if path.name.startswith(beginning)]

    def _is_usable(self) -> bool:
        if self._usable is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                found = self._folder.lstat()
                self._usable = (
                    stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _NOT_OURS
                )
            except OSError:
                self._usable = False
        return self._usable

    def _files(self) -> list[tuple[int, int, Path]]:
        """(time of last use, bytes, path) of each file."""
        found = []
        for entry in os.scandir(self._folder):
            try:
                seen = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            found.append((seen.st_mtime_ns, seen.st_size, Path(entry.path)))
        return found

    def _make_room(self) -> None:
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._most:
                return
            path.unlink(missing_ok=True)
            total -= size


def _digest(name: str, content: bytes | bytearray) -> bytes:
    """The name is part of it, so that what was kept under another one is not taken."""
    digest = hashlib.sha256(name.encode() + b"\0")
    digest.update(content)
    return digest.digest()


def _sound(descriptor: int, name: str) -> bytearray | None:
    """The content of a file that is ours and whole."""
    seen = os.fstat(descriptor)
    size = seen.st_size - _HEAD
    if not stat.S_ISREG(seen.st_mode) or seen.st_uid != os.geteuid() or not 0 <= size <= _MOST_OF_ONE:
        return None
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        head = stream.read(_HEAD)
        content = bytearray(size)
        if head[: len(_MAGIC)] != _MAGIC or stream.readinto(content) != size or stream.read(1):
            return None
    return content if _digest(name, content) == head[len(_MAGIC) :] else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A store, and for each rule of a set what it was made of."""

    store: Store
    origins: Sequence[bytes]

    def name(self, kind: str, rules: Sequence[int]) -> str:
        """The name of what was made of some rules."""
        digest = hashlib.sha256()
        for number in rules:
            digest.update(len(self.origins[number]).to_bytes(8, "little") + self.origins[number])
        return kind + digest.hexdigest()
