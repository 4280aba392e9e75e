"""Packs as files: a zip of tables, a manifest that names each with its hash, and an Ed25519 signature over the manifest.

manifest.json   {"form": 1, "name": "products", "version": "2026.12.01", "date": "2026-12-01", "files": {"servers.toml": "sha256…"}}
signature.json  {"key": "id of the key", "ed25519": "base64 of the signature over CONTEXT + manifest.json"}
*.toml, *.json  the tables, all on one level
"""

import base64
import binascii
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from fenghuo.see.screening.content.registry import MANIFEST, PACKS, SIGNATURE, parsed
from fenghuo.see.screening.content.shapes import BadContent, check_content

CONTEXT = b"fenghuo content pack 1\n"
"""Before the signed bytes, so that a signature made for something else never counts for a pack."""
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_FILES = 50
_FORM = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.(?:toml|json)")
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,5}")
_AHEAD = timedelta(days=2)

CODES = (
    *("too-large", "no-zip", "too-many", "file-name", "manifest", "files", "unknown-pack", "hash", "content"),
    *("unsigned", "unknown-key", "signature", "future", "older", "same", "key"),
)


class BadPack(Exception):
    """A pack or key that is not taken: `code` is one of `CODES`, `detail` what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail[:300]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was opened; `key` is the id of the key that signed it. `files` are the raw tables."""

    name: str
    version: str
    date: str
    key: str
    manifest: bytes
    signature: bytes
    files: Mapping[str, bytes]


def key_id(key: Ed25519PublicKey) -> str:
    """What a key is called: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def read_key(text: bytes) -> Ed25519PublicKey:
    """A public key: PEM, or the base64 of its 32 bytes.

    Raises:
        BadPack: "key".
    """
    try:
        if b"-----BEGIN" in text:
            key = load_pem_public_key(text)
        else:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise BadPack("key", str(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadPack("key", type(key).__name__)
    return key


def make(name: str, version: str, day: date, files: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """A signed pack as the bytes of its zip."""
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    stated = {"form": _FORM, "name": name, "version": version, "date": day.isoformat(), "files": hashes}
    manifest = json.dumps(stated, sort_keys=True, indent=1).encode()
    signature = base64.b64encode(key.sign(CONTEXT + manifest)).decode()
    signed = json.dumps({"key": key_id(key.public_key()), "ed25519": signature}).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in {MANIFEST: manifest, SIGNATURE: signed, **files}.items():
            archive.writestr(file, content)
    return made.getvalue()


def open_pack(raw: bytes, keys: Mapping[str, Ed25519PublicKey], today: date) -> Pack:
    """A pack whose signature and every file hold; nothing of it is looked at before its signature.

    Args:
        keys: the trusted ones, by id.

    Raises:
        BadPack: it is not taken.
    """
    found = _unpacked(raw)
    if MANIFEST not in found:
        raise BadPack("manifest", MANIFEST)
    manifest, signature = found.pop(MANIFEST), found.pop(SIGNATURE, b"")
    key = check_signature(manifest, signature, keys)
    name, version, day, hashes = _stated(manifest, today)
    check_hashes(hashes, found)
    try:
        check_content(name, {file: parsed(file, content) for file, content in sorted(found.items())})
    except (BadContent, ValueError) as error:
        raise BadPack("content", str(error)) from error
    return Pack(name, version, day, key, manifest, signature, found)


def check_hashes(hashes: Mapping[str, str], found: Mapping[str, bytes]) -> None:
    """That the files are those of the manifest.

    Raises:
        BadPack: "files" or "hash".
    """
    if set(hashes) != set(found):
        raise BadPack("files", ", ".join(sorted(set(hashes) ^ set(found))))
    for file, content in found.items():
        if hashlib.sha256(content).hexdigest() != hashes[file]:
            raise BadPack("hash", file)


def check_signature(manifest: bytes, signature: bytes, keys: Mapping[str, Ed25519PublicKey]) -> str:
    """The id of the trusted key that signed a manifest.

    Raises:
        BadPack: "unsigned", "unknown-key" or "signature".
    """
    if not signature:
        raise BadPack("unsigned")
    try:
        signed = json.loads(signature)
        name, value = str(signed["key"]), base64.b64decode(signed["ed25519"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPack("signature", str(error)) from error
    if name not in keys:
        raise BadPack("unknown-key", name[:40])
    try:
        keys[name].verify(value, CONTEXT + manifest)
    except InvalidSignature as error:
        raise BadPack("signature", name) from error
    return name


def _stated(manifest: bytes, today: date) -> tuple[str, str, str, Mapping[str, str]]:
    try:
        stated = json.loads(manifest)
        name, version, day, hashes = (stated[field] for field in ("name", "version", "date", "files"))
        made = date.fromisoformat(day)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadPack("manifest", str(error)) from error
    if stated.get("form") != _FORM or not isinstance(hashes, dict) or not _VERSION.fullmatch(str(version)):
        raise BadPack("manifest", str(version)[:40])
    if name not in PACKS:
        raise BadPack("unknown-pack", str(name)[:60])
    if made > today + _AHEAD:
        raise BadPack("future", day)  # it would keep every later one out
    return name, str(version), day, hashes


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The files of the zip, within bounds; names on one level only, so that none can lead elsewhere."""
    if len(raw) > MOST_BYTES:
        raise BadPack("too-large", f"{len(raw)}")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_FILES:
                raise BadPack("too-many", f"{len(listed)}")
            if sum(one.file_size for one in listed) > MOST_UNPACKED:
                raise BadPack("too-large")
            names = [one.filename for one in listed]
            wrong = [n for n in names if not _NAME.fullmatch(n)] or [n for n in names if names.count(n) > 1]
            if wrong:
                raise BadPack("file-name", repr(wrong[0])[:100])
            return {one.filename: _read(archive, one) for one in listed}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise BadPack("no-zip", str(error)) from error


def _read(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    with archive.open(one) as file:
        content = file.read(one.file_size + 1)
    if len(content) != one.file_size:
        raise BadPack("too-large", one.filename)
    return content
