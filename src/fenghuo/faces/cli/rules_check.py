"""`fenghuo rules check`: which rules the engine takes, and why it refuses others."""

import argparse
import json
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import UsageError, fail, read_rules
from fenghuo.see.rulebook.reasons import reason_text


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `check`."""
    parser = subparsers.add_parser("check", help=_("say which rules are taken, and why others are refused"))
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=_("rule file, or folder of rule files"))
    parser.add_argument("--placeholders", type=Path, metavar="FILE", help=_("YAML map of placeholder names to values"))
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help=_("form of the answer"))
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print one line a rule. Exit codes: 0 done, also where rules are refused; 2 a path is not there."""
    try:
        rules = read_rules(arguments.paths, arguments.placeholders)
    except UsageError as error:
        return fail(str(error), 2)
    rows: list[tuple[str, str, str, str, int | None]] = [(r.path, r.id, "ok", "", None) for r in rules.rules]
    rows += [(r.path, r.rule_id, "refused", r.reason, r.line) for r in rules.refused]
    for path, rule_id, status, reason, line in sorted(rows, key=lambda row: row[:2]):
        if arguments.format == "jsonl":
            row = {"path": path, "rule_id": rule_id, "status": status, "reason": reason or None, "line": line}
            print(json.dumps(row, ensure_ascii=False))
        elif status == "refused":
            print(f"{path}:{line}: {reason_text(reason, _)}")
    if arguments.format == "text":
        print(_("{ok} rules taken, {refused} refused").format(ok=len(rules.rules), refused=len(rules.refused)))
    return 0
