"""Take the rule files out of an untrusted zip archive, within limits of size, depth and count."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fenghuo.base.common.i18n import _

MAX_FILES = 20_000
MAX_FILE_BYTES = 1024 * 1024
MAX_TOTAL_BYTES = 200 * 1024 * 1024
MAX_DEPTH = 12
_LICENCE_NAMES = {
    "license",
    "license.md",
    "license.txt",
    "licence",
    "licence.md",
    "licence.txt",
    "license.detection.rules.md",
}


class BadArchive(Exception):
    """The archive can't be taken; the message says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class RuleArchive:
    """The rule files of an archive by their path inside it, and the licence text that came along."""

    files: dict[str, bytes]
    license: str

    @property
    def content(self) -> str:
        """SHA-256 over paths and bytes, in order of path."""
        return content_hash(self.files)

    def write(self, folder: Path) -> None:
        """Write every file below `folder`; the caller has checked that it is new."""
        for name, data in self.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def content_hash(files: dict[str, bytes]) -> str:
    """SHA-256 over paths and bytes, in order of path."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{len(name)}:{name}:{len(files[name])}:".encode())
        digest.update(files[name])
    return digest.hexdigest()


def read_archive(path: Path) -> RuleArchive:
    """The .yml and .yaml files of a zip archive, and its licence file.

    Raises:
        BadArchive: not a zip, damaged, over a limit, with a path that leads out of it, or without any rule file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive)
    except FileNotFoundError as error:
        raise BadArchive(
            _("{path}: there is no such file. Give the path of a zip archive with rules.").format(path=path)
        ) from error
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadArchive(
            _("{path}: not readable as a zip archive ({error}). Fetch it again.").format(path=path, error=error)
        ) from error


def _read(archive: zipfile.ZipFile) -> RuleArchive:
    members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) > MAX_FILES:
        text = _("The archive holds {count} files, more than {limit}. Leave out what is no rule.")
        raise BadArchive(text.format(count=len(members), limit=MAX_FILES))
    files: dict[str, bytes] = {}
    licence = ""
    total = 0
    for member in members:
        name = PurePosixPath(member.filename)
        is_licence = name.name.lower() in _LICENCE_NAMES
        if name.suffix.lower() not in {".yml", ".yaml"} and not is_licence:
            continue
        _check_path(name)
        data = _bounded(archive, member)
        total += len(data)
        if total > MAX_TOTAL_BYTES:
            text = _("The rules unpack to more than {limit} bytes. Split the archive.")
            raise BadArchive(text.format(limit=MAX_TOTAL_BYTES))
        if is_licence:
            licence = licence or data.decode("utf-8", "replace")
        else:
            files[str(name)] = data
    if not files:
        raise BadArchive(_("The archive holds no .yml file. Give a zip with Sigma rules."))
    return RuleArchive(files, licence)


def _check_path(name: PurePosixPath) -> None:
    if name.is_absolute() or ".." in name.parts or "\\" in str(name) or len(name.parts) > MAX_DEPTH:
        text = _("{name}: this path leads out of the archive or is too deep. Do not use this archive.")
        raise BadArchive(text.format(name=name))


def _bounded(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        text = _("{name}: larger than {limit} bytes; that is no rule. Leave it out.")
        raise BadArchive(text.format(name=member.filename, limit=MAX_FILE_BYTES))
    return data
