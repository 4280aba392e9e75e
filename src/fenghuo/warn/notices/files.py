"""Files that come with copies: a few kinds, known by their first bytes and not by their names, bounded in size and number."""

import hashlib
import os
import zipfile
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.db import transaction

from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.warn.notices.decide import FINAL
from fenghuo.warn.notices.models import Attachment
from fenghuo.warn.notices.steps import CannotDo, Hand, locked, note

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 30
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}


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


def attach(copy_id: str, hand: Hand, name: str, content: bytes) -> Attachment:
    """Put a file to a copy.

    Raises:
        CannotDo: "file-size", "file-kind", "file-number", "state".
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise CannotDo("file-size")
    kind = kind_of(content)
    if not kind:
        raise CannotDo("file-kind")
    sha256 = hashlib.sha256(content).hexdigest()
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(content)
    keep(sha256, content)
    values = {"kind": kind, "size": len(content), "sha256": sha256, "sm3": sm3.finalize().hex()}
    return _attach(copy_id, hand, plain_name(name), values)


@transaction.atomic
def _attach(copy_id: str, hand: Hand, name: str, values: dict[str, object]) -> Attachment:
    copy = locked(copy_id)
    if copy.state in FINAL:
        raise CannotDo("state", copy.state)
    standing = copy.attachments.filter(sha256=values["sha256"]).first()
    if standing is not None:
        return standing
    if copy.attachments.count() >= MOST_FILES:
        raise CannotDo("file-number")
    made = Attachment.objects.create(copy=copy, name=name, by=hand.actor.name[:150], at=clock.now(), **values)
    note(copy, "attach", hand, name, [made.sha256])
    return made


def plain_name(name: str) -> str:
    """The last part of a name, without what could mislead on a page or in a header."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable() and c not in '"<>|:*?')[:200] or "file"


def path_of(sha256: str) -> Path:
    """Where the bytes of an attachment lie."""
    return settings().data / "attachments" / sha256[:2] / sha256


def keep(sha256: str, content: bytes) -> None:
    """Store bytes under their SHA-256, once."""
    path = path_of(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def content_of(attachment: Attachment) -> bytes:
    """The bytes of an attachment, checked against their hash.

    Raises:
        OSError: they are gone, or are not what was put there.
    """
    return stored(attachment.sha256)


def stored(sha256: str) -> bytes:
    """The bytes that `keep` stored, checked against their hash.

    Raises:
        OSError: they are gone, or are not what was put there.
    """
    content = path_of(sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OSError(f"{sha256}: the stored file was changed")
    return content
