"""Installed packs and trusted keys as folders of the data directory; who did what is written down by `actions`."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fenghuo.see.screening.content import registry, versions
from fenghuo.see.screening.content.packs import BadPack, Pack, check_hashes, check_signature, key_id, read_key

_KEPT = 3
"""Installed versions of a pack that are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where packs and keys of an installation lie."""

    packs: Path
    keys: Path

    @classmethod
    def of(cls, data: Path) -> "Places":
        """The places of a data directory."""
        return cls(data / "content", data / "keys" / "content")


def trusted(places: Places) -> dict[str, Ed25519PublicKey]:
    """Id → key, of those that somebody chose to trust; a file that holds no key counts for nothing."""
    found: dict[str, Ed25519PublicKey] = {}
    for file in sorted(places.keys.glob("*.pub")):
        try:
            key = read_key(file.read_bytes())
        except BadPack:
            continue
        found[key_id(key)] = key
    return found


def keep_key(places: Places, key: Ed25519PublicKey) -> str:
    """Write a key down as trusted; its id."""
    places.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = key_id(key)
    text = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(places.keys / f"{name}.pub", text)
    return name


def drop_key(places: Places, name: str) -> bool:
    """Trust a key no more; whether it was trusted."""
    file = next((f for f in places.keys.glob("*.pub") if _id_of(f) == name), None)
    if file is None:
        return False
    file.unlink()
    return True


def _id_of(file: Path) -> str:
    try:
        return key_id(read_key(file.read_bytes()))
    except BadPack:
        return ""


def refuse_older(pack: Pack) -> None:
    """That a pack is newer than what is in force.

    Raises:
        BadPack: "older" or "same".
    """
    standing = registry.standing(pack.name)[0]
    order = (pack.date, versions.key(pack.version))
    if order < standing.order:
        raise BadPack("older", f"{pack.version} ({pack.date}) < {standing.version} ({standing.date})")
    if order == standing.order:
        raise BadPack("same", f"{pack.version} ({pack.date})")


def install(places: Places, pack: Pack) -> Path:
    """Put a pack into its folder, whole or not at all."""
    files = {registry.MANIFEST: pack.manifest, registry.SIGNATURE: pack.signature, **pack.files}
    folder = _place(places.packs / pack.name / f"{pack.date}-{pack.version}", files)
    _prune(folder.parent, local=False)
    return folder


def install_local(places: Places, name: str, day: date, table: Mapping[str, Any]) -> str:
    """Lay a table of the office over a pack; nobody signed it, and its folder and manifest say so. The version of it."""
    parent = places.packs / name
    earlier = (folder.name.rpartition(".")[2] for folder in parent.glob(f"{registry.LOCAL}{day.isoformat()}-*"))
    number = 1 + max((int(one) for one in earlier if one.isdigit()), default=0)
    version = f"{day:%Y.%m.%d}.{number}"
    text = json.dumps(table, ensure_ascii=False, sort_keys=True, indent=1).encode()
    stated = {
        "form": 1,
        "name": name,
        "version": version,
        "date": day.isoformat(),
        "files": {"local.json": hashlib.sha256(text).hexdigest()},
        "local": True,
    }
    manifest = json.dumps(stated, sort_keys=True, indent=1).encode()
    _place(parent / f"{registry.LOCAL}{day.isoformat()}-{version}", {registry.MANIFEST: manifest, "local.json": text})
    _prune(parent, local=True)
    return version


def problems(places: Places) -> Iterator[tuple[str, str, BadPack | None]]:
    """(pack, version or folder, what is wrong) of every installed pack; None where all holds."""
    keys = trusted(places)
    for name in registry.PACKS:
        for folder in sorted((places.packs / name).glob("[!.]*/")):
            try:
                _check(name, folder, keys)
            except BadPack as bad:
                yield name, folder.name, bad
            else:
                yield name, folder.name, None


def _check(name: str, folder: Path, keys: Mapping[str, Ed25519PublicKey]) -> None:
    try:
        manifest = (folder / registry.MANIFEST).read_bytes()
        stated = json.loads(manifest)
        if not folder.name.startswith(registry.LOCAL):
            signature = folder / registry.SIGNATURE
            check_signature(manifest, signature.read_bytes() if signature.exists() else b"", keys)
        apart = {registry.MANIFEST, registry.SIGNATURE}
        check_hashes(stated["files"], {f.name: f.read_bytes() for f in folder.iterdir() if f.name not in apart})
        if stated["name"] != name:
            raise BadPack("manifest", str(stated["name"])[:60])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadPack("manifest", str(error)) from error


def _place(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(fresh / name, content)
        fresh.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _prune(parent: Path, local: bool) -> None:
    folders = [f for f in parent.glob("[!.]*/") if f.name.startswith(registry.LOCAL) == local]
    for folder in sorted(folders, key=_order)[:-_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def _order(folder: Path) -> tuple[str, tuple[tuple[int, int], ...]]:
    try:
        stated = json.loads((folder / registry.MANIFEST).read_bytes())
        return str(stated["date"]), versions.key(str(stated["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return "", versions.key("0")
