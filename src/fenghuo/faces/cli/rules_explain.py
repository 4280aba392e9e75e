"""`fenghuo rules explain`: why a rule matches an event, or why not."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fenghuo.base.common import clock
from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, add_data, add_json, fail, open_tables, print_json, read_rules
from fenghuo.faces.console.rules.words import Line, line_of, verdict_words
from fenghuo.see.detection import Rule, RuleSet
from fenghuo.see.detection.explain import Explanation, Step, explain
from fenghuo.see.events import match_row
from fenghuo.see.rulebook.control import builtin_folder
from fenghuo.see.rulebook.reasons import reason_text
from fenghuo.see.sources import KINDS, ReadEvent, UnreadableInput, read_events

_TERMINAL = {code: 0x2400 + code for code in range(32)} | dict.fromkeys(range(0x7F, 0xA0), 0xFFFD)
_LONGEST = 200


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `explain`."""
    parser = subparsers.add_parser(
        "explain",
        help=_("say why a rule matches an event, or why not"),
        description=_(
            "Say why a rule matches an event, or why not: per selection and field what was wanted, what was seen, and whether "
            "it holds. The rule is a file, or a number that is looked for in --rules, in the packs that come with Fenghuo, and in "
            "the installation."
        ),
        epilog=_("Exit codes: 0 explained, whether it matches or not; 1 rule or event can't be read; 2 wrong usage."),
    )
    parser.add_argument("rule", metavar="RULE", help=_("rule file, or number of a rule"))
    parser.add_argument(
        "event", metavar="EVENT", help=_("file with the event, the first one counts; - is standard input")
    )
    parser.add_argument(
        "--rules", nargs="+", action="extend", type=Path, default=[], metavar="DIR", help=_("folders of rules")
    )
    parser.add_argument(
        "--source", choices=sorted(KINDS), default="", help=_("kind of the logs, where it is not to be found out")
    )
    parser.add_argument("--placeholders", type=Path, metavar="FILE", help=_("YAML map of placeholder names to values"))
    add_data(parser)
    add_json(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    try:
        rule = _rule(arguments)
        event = _event(arguments.event, arguments.source)
    except UsageError as error:
        return fail(str(error), 2)
    except (UnreadableInput, OSError) as error:
        return fail(str(error))
    if rule is None:
        return 1
    found = explain(rule, event.event)
    if arguments.json:
        print_json(_row(found))
        return 0
    for line in _text(found):
        print(line)
    return 0


def _rule(arguments: argparse.Namespace) -> Rule | None:
    """The rule; None after saying that it is not there or refused."""
    path = Path(arguments.rule)
    folders = [path] if path.is_file() else [*arguments.rules, builtin_folder()]
    compiled = read_rules(folders, arguments.placeholders)
    if path.is_file():
        found = compiled.rules[0] if compiled.rules else None
    else:
        found = next((r for r in compiled.rules if r.id == arguments.rule), None) or _installed(arguments)
    if found is None:
        fail(
            _refusal(arguments.rule, compiled)
            or _of_correlation(arguments.rule, compiled)
            or _("{rule}: there is no such file, and no rule of this number.").format(rule=path)
        )
    return found


def _refusal(wanted: str, compiled: RuleSet) -> str:
    named = [r for r in compiled.refused if wanted in {r.rule_id, r.path} or Path(wanted).name == r.path]
    return "\n".join(f"{r.path}:{r.line}: {reason_text(r.reason, _)}" for r in named)


def _of_correlation(wanted: str, compiled: RuleSet) -> str:
    """What to do with a correlation, which no single event meets: "" where none is meant."""
    drafts = [found.draft for found in compiled.correlations]
    one = next((d for d in drafts if wanted == d.id), None) or (
        drafts[0] if drafts and Path(wanted).is_file() else None
    )
    if one is None:
        return ""
    return _(
        "{title}: this is a correlation, no single event meets it. It looks at {rules}; explain these, and try `fenghuo detect` over "
        "all events."
    ).format(title=one.title, rules=", ".join(one.refs))


def _installed(arguments: argparse.Namespace) -> Rule | None:
    """The rule of this number in the installation, the office's own and imported packs included."""
    if not (arguments.data / "keys").is_dir():
        return None
    open_tables(arguments.data)
    from fenghuo.see.rulebook import queries

    stored = queries.find_rule(arguments.rule)
    return queries.compiled_rule(stored) if stored is not None and stored.rule_id == arguments.rule else None


def _event(name: str, hint: str) -> ReadEvent:
    if name == "-":
        found = next(read_events(sys.stdin.buffer, name, hint, clock.now_ns()), None)
    else:
        with Path(name).open("rb") as stream:
            found = next(read_events(stream, name, hint, clock.now_ns()), None)
    if found is None:
        raise UnreadableInput(_("{file}: there is no event in it.").format(file=name))
    return found


def _row(found: Explanation) -> dict[str, Any]:
    return {
        **asdict(replace(found, filters=())),
        "condition": _step_row(found.condition),
        "filters": [_step_row(step) for step in found.filters],
    }


def _step_row(step: Step) -> dict[str, Any]:
    return {
        **asdict(replace(step, matches=(), parts=())),
        "matches": [match_row(match) for match in step.matches],
        "parts": [_step_row(part) for part in step.parts],
    }


def _text(found: Explanation) -> Iterator[str]:
    yield f"{found.title} ({found.rule_id})" + (f" · {found.author}" if found.author else "")
    yield verdict_words(found, _)
    yield from _lines(line_of(found.condition, _), 0)
    for number, step in enumerate(found.filters, 1):
        outcome = _("excludes the event") if step.held else _("does not apply")
        yield _("Filter {number}: {outcome}").format(number=number, outcome=outcome)
        yield from _lines(line_of(step, _), 0)


def _lines(line: Line, depth: int) -> Iterator[str]:
    """Values come from logs, so nothing in them may speak to the terminal."""
    indent = "  " * depth
    yield f"{indent}{'✓' if line.held else '✗'} {' '.join(part for part in (line.code, line.text) if part)}"
    if line.wanted:
        values = ", ".join(f"{_shown(pattern)}{' ✓' if held else ''}" for pattern, held in line.wanted)
        yield f"{indent}    {line.how} {values}" + (f" … +{line.more}" if line.more else "")
    if line.seen:
        yield f"{indent}    {_('seen:')} {', '.join(_shown(value) for value in line.seen)}"
    if line.places:
        yield f"{indent}    {_('place in bytes:')} {', '.join(_shown(place) for place in line.places)}"
    if line.note:
        yield f"{indent}    {_shown(line.note)}"
    for part in line.parts:
        yield from _lines(part, depth + 1)


def _shown(text: str) -> str:
    text = text.translate(_TERMINAL)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
