"""`fenghuo disclosure`: check, render and read the public document of the budget; no server needed."""

import argparse
import json
import sys
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.base.papers import NoFont
from fenghuo.faces.cli.options import add_json, fail
from fenghuo.report.disclosure import BadData, Disclosure, Finding, Level, check, to_json
from fenghuo.report.disclosure.files import files
from fenghuo.report.disclosure.opening import open_document
from fenghuo.report.disclosure.places import label
from fenghuo.report.disclosure.reading import BadDocument, Reading
from fenghuo.report.disclosure.reading.blocks import LARGEST
from fenghuo.report.disclosure.words import bad_document, problem, told


class Unusable(Exception):
    """The file can't be used; the text says why."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `disclosure` with `check`, `render` and `read`."""
    parser = subparsers.add_parser("disclosure", help=_("check, render and read the public document of the budget"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    checking = verbs.add_parser(
        "check",
        help=_("say what is wrong in the document"),
        description=_(
            "Check sums, figures that stand in several places, changes, years, tables and texts. FILE is a data file (.json) or a "
            "document (.txt, .docx). Exit codes: 0 no error, 1 errors, 2 the file can't be used."
        ),
    )
    checking.add_argument("file", type=Path, metavar="FILE")
    checking.add_argument("--strict", action="store_true", help=_("exit code 1 for warnings too"))
    add_json(checking)
    checking.set_defaults(func=run_check)
    rendering = verbs.add_parser(
        "render",
        help=_("make docx, PDF, HTML and open data"),
        description=_("Make docx, PDF, HTML, xlsx, csv and JSON. What has errors is made only as a draft."),
    )
    rendering.add_argument("file", type=Path, metavar="FILE")
    rendering.add_argument("--out", required=True, type=Path, metavar="DIR", help=_("folder for the results"))
    rendering.add_argument("--draft", action="store_true", help=_("mark every page as a draft; errors are allowed"))
    rendering.set_defaults(func=run_render)
    reading = verbs.add_parser(
        "read",
        help=_("read a text or docx back into a data file"),
        description=_(
            "Print the data file of a document. What could not be placed is listed on standard error, never guessed. "
            "Exit codes: 0 all placed, 1 something was not, 2 the file can't be used."
        ),
    )
    reading.add_argument("file", type=Path, metavar="TEXT_OR_DOCX")
    reading.set_defaults(func=run_read)


def run_check(arguments: argparse.Namespace) -> int:
    """Print findings; exit code 1 where there are errors."""
    try:
        disclosure, reading = _open(arguments.file)
    except Unusable as error:
        return fail(str(error), 2)
    findings = check(disclosure)
    lines = reading.lines if reading is not None else {}
    if arguments.json:
        for finding in findings:
            print(json.dumps(_as_json(finding, disclosure, lines), ensure_ascii=False))
    else:
        for finding in findings:
            print(_as_text(finding, disclosure, lines))
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if reading is not None:
        _say_unplaced(reading)
    text = _("{errors} errors, {warnings} warnings")
    print(text.format(errors=errors, warnings=len(findings) - errors), file=sys.stderr)
    unplaced = reading is not None and bool(reading.unplaced)
    return 1 if errors or unplaced or (arguments.strict and findings) else 0


def run_render(arguments: argparse.Namespace) -> int:
    """Write the files of the document; refuse what has errors unless it is to be a draft."""
    try:
        disclosure, reading = _open(arguments.file)
    except Unusable as error:
        return fail(str(error), 2)
    errors = [finding for finding in check(disclosure) if finding.level is Level.ERROR]
    unplaced = reading.unplaced if reading is not None else ()
    if (errors or unplaced) and not arguments.draft:
        for finding in errors:
            print(_as_text(finding, disclosure, reading.lines if reading else {}), file=sys.stderr)
        if reading is not None:
            _say_unplaced(reading)
        return fail(_("Nothing was made: the document has errors. --draft makes a draft of it."), 1)
    made = files(disclosure, arguments.draft)
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, make in made.items():
            (arguments.out / name).write_bytes(make())
    except NoFont as error:
        return fail(
            _("No PDF was made: this machine has no font with Chinese characters ({names}).").format(names=error), 1
        )
    except OSError as error:
        return fail(f"{arguments.out}: {error.strerror or error}", 1)
    print(_("{count} files in {folder}").format(count=len(made), folder=arguments.out), file=sys.stderr)
    return 0


def run_read(arguments: argparse.Namespace) -> int:
    """Print the data file; list what was not placed."""
    try:
        disclosure, reading = _open(arguments.file)
    except Unusable as error:
        return fail(str(error), 2)
    sys.stdout.write(to_json(disclosure))
    if reading is not None:
        _say_unplaced(reading)
    return 1 if reading is not None and reading.unplaced else 0


def _open(path: Path) -> tuple[Disclosure, Reading | None]:
    """The document of a data file, or of a text or docx with where its parts stood."""
    try:
        return open_document(path.name, _bytes(path))
    except BadData as error:
        faults = "\n".join(problem(fault, _) for fault in error.problems)
        raise Unusable(_("{file} can't be used:").format(file=path) + "\n" + faults) from error
    except BadDocument as error:
        raise Unusable(f"{path}: {bad_document(error.code, _)}") from error


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Unusable(f"{path}: {bad_document('size', _)}")
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from error


def _say_unplaced(reading: Reading) -> None:
    if reading.unplaced:
        print(_("Not placed, and not in the data file:"), file=sys.stderr)
    for piece in reading.unplaced:
        print(_("line {line}: ").format(line=piece.line) + piece.text, file=sys.stderr)


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """The line where a path stood: its own, or that of the nearest part around it."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)


def _as_text(finding: Finding, disclosure: Disclosure, lines: dict[str, int]) -> str:
    level, what, action = told(finding, _)
    line = line_of(finding.path, lines)
    where = _("line {line}: ").format(line=line) if line is not None else ""
    texts = [f"[{level}] {where}{label(finding.path, disclosure)} ({finding.path})", f"  {what}"]
    if finding.related:
        texts.append("  " + _("Compared with: {places}").format(places=", ".join(finding.related)))
    return "\n".join([*texts, f"  → {action}"])


def _as_json(finding: Finding, disclosure: Disclosure, lines: dict[str, int]) -> dict[str, object]:
    _level, what, action = told(finding, _)
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "path": finding.path,
        "place": label(finding.path, disclosure),
        "line": line_of(finding.path, lines),
        "expected": finding.expected,
        "found": finding.found,
        "related": list(finding.related),
        "text": what,
        "action": action,
    }
