"""`fenghuo incidents grade`: how grave cases are and who must be told by when, without server or database."""

import argparse
import contextvars
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from fenghuo.base.common.i18n import _, from_environment, use
from fenghuo.faces.cli.options import fail
from fenghuo.respond.incidents.grading import BadCase, as_line, assess, read_case, shipped
from fenghuo.respond.incidents.grading.reading import Problem, left_alone

_LONGEST = 1024 * 1024


class BadLine(Exception):
    """A line holds no case; each argument is a sentence that says what to do."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `incidents` with `grade`."""
    parser = subparsers.add_parser("incidents", help=_("incidents: grade"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    grading = verbs.add_parser(
        "grade",
        help=_("grade cases and find who must be told by when; no server needed"),
        description=_(
            "Grade each case of a JSON Lines file by GB/T 20986-2023 and by the annex of the measures for reporting national "
            "cybersecurity incidents. One JSON line a case on standard output: both grades, the rule that fired, its source and "
            "whether it is confirmed, whom to tell by when, and the missing facts that could raise the grade. A person decides."
        ),
        epilog=_(
            "Exit codes: 0 all graded, 1 a line could not be read (said which and why on standard error, the others are "
            "graded), 2 wrong usage. The fields are described in docs/incidents.md; a field that is left out is unknown."
        ),
    )
    grading.add_argument("cases", metavar="CASES.jsonl", help=_("JSON Lines, a case a line; - is standard input"))
    grading.add_argument(
        "--lang", choices=("zh", "en"), help=_("language of the words (default: FENGHUO_LANG, else the terminal's)")
    )
    grading.add_argument(
        "--zone",
        default="Asia/Shanghai",
        type=_zone,
        help=_("time zone of moments without one (default Asia/Shanghai)"),
    )
    grading.set_defaults(func=run_grade)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(_("{name!r}: there is no such time zone").format(name=name)) from error


def run_grade(arguments: argparse.Namespace) -> int:
    """Grade the cases; what can't be read is said and skipped."""
    return contextvars.copy_context().run(_run, arguments)  # the language that is asked for holds for this run only


def _run(arguments: argparse.Namespace) -> int:
    if arguments.lang:
        use("zh-hans" if arguments.lang == "zh" else "en")
    language = arguments.lang or ("zh" if from_environment() == "zh-hans" else "en")
    try:
        if arguments.cases == "-":
            return _grade(sys.stdin.buffer, language, arguments.zone)
        with Path(arguments.cases).open("rb") as stream:
            return _grade(stream, language, arguments.zone)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        return fail(_("{path}: not readable: {error}").format(path=arguments.cases, error=error.strerror))


def _grade(stream: BinaryIO, language: str, zone: ZoneInfo) -> int:
    tables = shipped()
    graded = bad = 0
    for number, raw in _lines(stream):
        try:
            stated = _object(raw)
            case = read_case(stated, zone)
        except BadLine as wrong:
            bad += 1
            _say(number, wrong.args)
            continue
        except BadCase as wrong:
            bad += 1
            _say(number, [_sentence(problem) for problem in wrong.problems])
            continue
        for name in left_alone(stated):
            note = _("field {field} is not known here and was left alone").format(field=name[:60])
            _say(number, [note])
        graded += 1
        print(json.dumps(as_line(assess(case, tables), tables, language), ensure_ascii=False), flush=True)
    if not graded and not bad:
        return fail(_("There is no case in it: each line must hold one JSON object."))
    return 1 if bad else 0


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; of one that is too long as much as shows that it is."""
    number, inside = 0, False
    while raw := stream.readline(_LONGEST + 1):
        whole = raw.endswith(b"\n") or len(raw) <= _LONGEST
        if not inside:
            number += 1
            if raw.strip():
                yield number, raw
        inside = not whole


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > _LONGEST:
        raise BadLine(_("the line is longer than 1 MB; that is no case"))
    try:
        stated = json.loads(_text(raw), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)[:100]
        raise BadLine(
            _("no JSON ({reason}); a line must hold one object such as {example}").format(
                reason=reason, example='{"id": "1", "outage_minutes": 130}'
            )
        ) from error
    if not isinstance(stated, dict):
        raise BadLine(_("a line must hold one object such as {example}").format(example='{"id": "1"}'))
    return stated


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = sorted({name for name, _value in pairs if sum(name == other for other, _v in pairs) > 1})
        raise BadLine(_("field {field}: it stands twice; keep one").format(field=", ".join(twice)[:100]))
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _say(number: int, sentences: "list[str] | tuple[str, ...]") -> None:
    for sentence in sentences:
        print(_("line {line}: ").format(line=number) + sentence, file=sys.stderr)


def _sentence(problem: Problem) -> str:
    texts = {
        "needed": _("give the case a number or name"),
        "moment": _("{value} is no moment; write it like 2026-11-25T08:30 or 2026-11-25T08:30+08:00"),
        "order": _("it lies before discovered_at; correct one of the two"),
        "word": _("{value} is not known; write one of {accepted}, or leave it out where it is unknown"),
        "number": _("{value} is no number; write digits without quotes or units, or leave it out where it is unknown"),
        "negative": _("{value} is below 0; write how much or how long it was"),
        "large": _("{value} is too large to be true; look at the unit"),
        "share": _("{value} is more than 1; write a share, 0.3 for 30 %"),
        "truth": _("{value} is neither true nor false; write one of them, or leave it out where it is unknown"),
        "parts": _("write an object with {accepted}, each of them a number"),
        "unknown": _("there is no such field; {accepted} is probably meant"),
    }
    told = texts[problem.code].format(value=problem.value, accepted=", ".join(problem.accepted))
    return _("field {field}: ").format(field=problem.field) + told
