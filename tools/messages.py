"""Message catalogues: extract, check, compile.

    python tools/messages.py extract ROOM…   update both .po files of these rooms, e.g. warn/duty (default: every room with a locale folder)
    python tools/messages.py fill ROOM FILE  the same, and take the Chinese of new messages from a JSON map of message to translation
    python tools/messages.py check           fail where a message lacks a translation, or a catalogue is behind the code
    python tools/messages.py compile         write the .mo files

Every room and plugin has its own `locale/`, so that parallel work does not collide. The English msgstr repeats the msgid where
the id is already good English.
"""

import argparse
import ast
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_javascript
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "fenghuo"
LANGUAGES = ("en", "zh_Hans")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
OPTIONS: dict[str, str] = {"encoding": "utf-8"}

Found = tuple[str | tuple[str, ...], str | None, str]


def rooms() -> list[Path]:
    """Every folder with a `locale` folder."""
    return sorted(p.parent for p in PACKAGE.rglob("locale") if p.is_dir())


def files_of(room: Path) -> Iterator[Path]:
    """The files whose messages belong to this room: below it, but not below a deeper room of its own."""
    deeper = [r for r in rooms() if r != room and room in r.parents]
    for path in sorted(room.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt", ".js"} or {"tests", "migrations", "locale"} & set(path.parts):
            continue
        if not any(d in path.parents for d in deeper):
            yield path


def messages_of(path: Path) -> Iterator[Found]:
    """(message or (singular, plural), context, place) of one file."""
    place = str(path.relative_to(ROOT))
    if path.suffix == ".js":
        extracted = [(f, a) for _line, f, a, _c in extract_javascript(path.open("rb"), list(KEYWORDS), [], OPTIONS)]
    elif path.suffix == ".py":
        source = path.read_text(encoding="utf-8")
        extracted = list(_python_calls(source)) if "_(" in source or "gettext" in source else []
    else:
        extracted = list(_python_calls(_python_of_template(path)))
    for function, arguments in extracted:
        found = _message(function, arguments)
        if found is not None:
            yield (*found, place)


def _python_calls(source: str) -> Iterator[tuple[str, list[str | None]]]:
    """(function, arguments) of the gettext calls in Python code, those inside f-strings too; an argument that is no text is None."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in KEYWORDS:
            yield (
                name,
                [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args],
            )


def _python_of_template(path: Path) -> str:
    """Django's own reading of a template, as text that a Python extractor understands."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
    calls = [part for line in lines for part in _calls(line)]
    return "\n".join(calls)


def _calls(line: str) -> Iterator[str]:
    """The gettext calls that `templatize` left in a line of otherwise blanked text."""
    for start in ("gettext(", "ngettext(", "pgettext(", "npgettext(", "_("):
        position = line.find(start)
        while position >= 0:
            before = line[position - 1] if position else " "
            if not (before.isalnum() or before == "_"):
                end = _closing(line, position + len(start))
                if end:
                    yield line[position:end]
            position = line.find(start, position + 1)


def _closing(line: str, position: int) -> int:
    """The place after the parenthesis that closes a call whose arguments begin at `position`; 0 where none does."""
    for end in range(position, len(line) + 1):
        if line[end - 1] == ")":
            try:
                ast.parse("f(" + line[position:end])
            except SyntaxError:
                continue
            return end
    return 0


def _message(function: str | None, arguments: object) -> tuple[str | tuple[str, ...], str | None] | None:
    values = list(arguments) if isinstance(arguments, list | tuple) else [arguments]
    if function and function.startswith("pgettext"):
        return (values[1], str(values[0])) if len(values) > 1 and isinstance(values[1], str) else None
    if function and function.startswith("npgettext"):
        texts = values[1:3]
        found = len(texts) == 2 and all(isinstance(text, str) for text in texts)
        return ((str(texts[0]), str(texts[1])), str(values[0])) if found else None
    if function and function.startswith("ngettext"):
        return ((values[0], values[1]), None) if isinstance(values[0], str) and isinstance(values[1], str) else None
    first = values[0] if values else None
    return (first, None) if isinstance(first, str) and first else None


def wanted(room: Path) -> Catalog:
    """The messages that the code of a room uses now."""
    catalogue = Catalog()
    for path in files_of(room):
        for message, context, place in messages_of(path):
            flags = ["python-brace-format"] if "{" in str(message) else []
            catalogue.add(message, locations=[(place, 0)], context=context, flags=flags)
    return catalogue


def po_path(room: Path, language: str) -> Path:
    """Where the catalogue of a room is."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def standing(room: Path, language: str) -> Catalog:
    """The catalogue as it is in the checkout; empty where there is none."""
    path = po_path(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract(room: Path, chinese: Mapping[str, str] = MappingProxyType({})) -> None:
    """Bring both catalogues of a room in line with its code; English is filled in, Chinese from the map or left to the author."""
    for language in LANGUAGES:
        catalogue = standing(room, language)
        catalogue.update(wanted(room), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        for message in catalogue:
            if message.id and not _is_translated(message):
                message.string = message.id if language == "en" else _in_form(message, chinese.get(_key(message), ""))
        path = po_path(room, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, omit_header=False, sort_output=True, no_location=True, width=120)
        _drop_noise(path)


def _drop_noise(path: Path) -> None:
    """Take out header lines that change with every run and mean nothing here."""
    noise = (
        '"POT-Creation',
        '"PO-Revision',
        '"Generated-By',
        '"Project-Id',
        '"Report-Msgid',
        '"Last-Tr',
        '"Language-Team',
        "# ",
    )
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(noise) and line.strip() != "#"]
    path.write_text("".join(kept).lstrip("\n"), encoding="utf-8")


def _key(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _in_form(message: Message, text: str) -> str | tuple[str, ...]:
    return text if isinstance(message.id, str) else (text,)  # Chinese has one plural form


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return any(strings)


def problems() -> Iterator[str]:
    """A sentence for each message that a reader of one language would not get."""
    for room in rooms():
        needed = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in wanted(room) if m.id}
        for language in LANGUAGES:
            catalogue = standing(room, language)
            have = {(m.id if isinstance(m.id, str) else m.id[0], m.context): m for m in catalogue if m.id}
            where = po_path(room, language).relative_to(ROOT)
            for key in sorted(needed, key=str):
                if key not in have:
                    yield f"{where}: lacks {key[0]!r}"
                elif not _is_translated(have[key]) or have[key].fuzzy:
                    yield f"{where}: not translated: {key[0]!r}"
            for key in sorted(set(have) - needed, key=str):
                yield f"{where}: no code uses {key[0]!r}"
            for message in catalogue:
                if message.id and isinstance(message.id, str) and isinstance(message.string, str):
                    yield from _format_problems(where, message)


def clashes() -> Iterator[str]:
    """Messages that two rooms translate differently: readers get the words of either, since all catalogues are one at run time."""
    for language in LANGUAGES:
        said: dict[tuple[str, str | None], tuple[object, Path]] = {}
        for room in rooms():
            for message in standing(room, language):
                if not message.id:
                    continue
                string, first = said.setdefault((_key(message), message.context), (message.string, room))
                if string != message.string:
                    where = f"{po_path(room, language).relative_to(ROOT)} and {first.relative_to(PACKAGE)}"
                    yield f"{where}: translate {_key(message)!r} differently; give one of them a context"


def _format_problems(where: Path, message: Message) -> Iterator[str]:
    import string

    def names(text: str) -> set[str]:
        try:
            return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError:
            return set()

    if message.string and names(str(message.id)) != names(str(message.string)):
        yield f"{where}: other {{names}} than the original: {message.id!r}"


def untranslated_code() -> Iterator[str]:
    """Python files that use gettext but lie in no room with a catalogue."""
    covered = {path for room in rooms() for path in files_of(room)}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path not in covered and not {"tests", "migrations"} & set(path.parts) and any(messages_of(path)):
            yield f"{path.relative_to(ROOT)}: uses gettext, but no folder above it has a locale folder"


def compile_all() -> None:
    """Write a .mo beside every .po."""
    for po in PACKAGE.rglob("*.po"):
        fresh = po.with_suffix(f".mo.{os.getpid()}")
        with po.open("rb") as source, fresh.open("wb") as target:
            write_mo(target, read_po(source))
        fresh.replace(po.with_suffix(".mo"))  # a program that starts meanwhile reads the old or the new one


def room_of(name: str, parser: argparse.ArgumentParser) -> Path:
    """The folder of a room named as in the package or by its path; ends the program where there is none."""
    for folder in (PACKAGE / name, Path(name).resolve()):
        if folder.is_dir() and PACKAGE in folder.parents:
            return folder
    parser.error(f"{name}: no folder of the package")


def main() -> int:
    """Run one verb; exit code 1 where `check` finds something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("extract", "fill", "check", "compile"))
    parser.add_argument("rooms", nargs="*", metavar="ROOM")
    arguments = parser.parse_args()
    if arguments.verb == "extract":
        for room in [room_of(name, parser) for name in arguments.rooms] or rooms():
            extract(room)
        return 0
    if arguments.verb == "fill":
        name, file = arguments.rooms
        extract(room_of(name, parser), json.loads(Path(file).read_text(encoding="utf-8")))
        return 0
    if arguments.verb == "compile":
        compile_all()
        return 0
    found = [*problems(), *clashes(), *untranslated_code()]
    for line in found:
        print(line)
    print(f"{len(rooms())} rooms, {len(found)} problems", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
