"""Files that people bring: a few kinds, known by their first bytes and not by their names, kept under their SHA-256."""

import hashlib
import os
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fenghuo.base.common.settings import settings

MOST_BYTES = 10 * 1024 * 1024
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
    "json": "application/stix+json;version=2.1",
}


class NotTaken(Exception):
    """A file that is not taken. `code`: "file-size" (empty, or above `MOST_BYTES`) or "file-kind"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept: its name without what could mislead, kind, size in bytes, SHA-256."""

    name: str
    kind: str
    size: int
    sha256: str


def take(name: str, content: bytes, kinds: Collection[str] = tuple(CONTENT_TYPES)) -> Kept:
    """Keep what a person brought.

    Raises:
        NotTaken: it is empty, too large, or none of `kinds`.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise NotTaken("file-size")
    kind = kind_of(content)
    if kind not in kinds:
        raise NotTaken("file-kind")
    return Kept(plain_name(name), kind, len(content), keep(content))


def kind_of(content: bytes) -> str:
    """The kind of a file by its content: pdf, png, jpg, docx, xlsx or txt; "" for any other."""
    for start, kind in _STARTS.items():
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(BytesIO(content)) as packed:
                names = set(packed.namelist())
        except (zipfile.BadZipFile, ValueError, OSError):
            return ""
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return ""
        return next((kind for name, kind in _OFFICE.items() if name in names), "")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "txt" if text and not any(ord(c) < 32 and c not in "\t\r\n" for c in text) else ""


def plain_name(name: str) -> str:
    """The last part of a name, without what could mislead on a page or in a header."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable() and c not in '"<>|:*?')[:200] or "file"


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return settings().data / "attachments" / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Keep the bytes, durably; their SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return sha256


def content_of(sha256: str) -> bytes:
    """The bytes with this hash, checked.

    Raises:
        OSError: they are gone, or are not what was put there.
    """
    content = path_of(sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OSError(f"{sha256}: the stored file was changed")
    return content
