"""Rule files of a folder, read when asked for."""

from collections.abc import Iterator
from pathlib import Path

from fenghuo.see.detection.rule import RuleSource


def load_folder(folder: Path, pack: str) -> Iterator[RuleSource]:
    """Every .yml and .yaml file below `folder` (or the one file that it is), by path; bytes that are no UTF-8 are replaced."""
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.suffix in {".yml", ".yaml"})
    for path in paths:
        name = path.name if folder.is_file() else path.relative_to(folder).as_posix()
        yield RuleSource(name, path.read_text(encoding="utf-8", errors="replace"), pack)
