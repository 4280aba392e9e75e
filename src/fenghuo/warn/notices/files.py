"""Files that come with copies, bounded in size and number; the bytes lie in the store of `base.common.filestore`."""

from cryptography.hazmat.primitives import hashes
from django.db import transaction

from fenghuo.base.common import clock, filestore
from fenghuo.base.common.filestore import CONTENT_TYPES, MOST_BYTES, kind_of, path_of
from fenghuo.warn.notices.decide import FINAL
from fenghuo.warn.notices.models import Attachment
from fenghuo.warn.notices.steps import CannotDo, Hand, locked, note

__all__ = ["CONTENT_TYPES", "MOST_BYTES", "MOST_FILES", "attach", "content_of", "kind_of", "path_of"]

MOST_FILES = 30


def attach(copy_id: str, hand: Hand, name: str, content: bytes) -> Attachment:
    """Put a file to a copy.

    Raises:
        CannotDo: "file-size", "file-kind", "file-number", "state".
    """
    try:
        file = filestore.take(name, content)
    except filestore.NotTaken as error:
        raise CannotDo(error.code) from error
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(content)
    values = {"kind": file.kind, "size": file.size, "sha256": file.sha256, "sm3": sm3.finalize().hex()}
    return _attach(copy_id, hand, file.name, values)


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


def content_of(attachment: Attachment) -> bytes:
    """The bytes of an attachment, checked against their hash.

    Raises:
        OSError: they are gone, or are not what was put there.
    """
    return filestore.content_of(attachment.sha256)
