"""`fenghuo audit`: prove the audit trail."""

import argparse

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, progress


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `audit` with `verify`."""
    parser = subparsers.add_parser("audit", help=_("the audit trail: verify"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verifying = verbs.add_parser(
        "verify",
        help=_("verify the whole chain and its signed heads"),
        description=_("Exit code 0: every row is what it was. 1: the first row that is not is named."),
    )
    add_data(verifying)
    add_json(verifying)
    verifying.set_defaults(func=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify; exit code 1 names the first broken row."""
    open_tables(arguments.data)
    from fenghuo.base.audit.queries import Problem, verify

    result = verify(lambda rows, count: progress(rows, _("rows"), count))
    found = result.finding
    if arguments.json:
        problem = {"problem": found.problem.value, "row": found.number, "place": found.place} if found else None
        print_json({"rows": result.rows, "heads": result.heads, "finding": problem})
        return 1 if found else 0
    if found is None:
        print(_("{rows} rows and {heads} signed heads: whole.").format(rows=result.rows, heads=result.heads))
        return 0
    texts = {
        Problem.CHANGED: _("Row {row} was changed after it was written."),
        Problem.MISSING: _("Row {row} is missing."),
        Problem.CUT: _("The end was cut off: row {row} and what followed are missing."),
        Problem.REBUILT: _("The chain was computed anew from row {row} or later: a signed head does not fit."),
        Problem.HEADS: _("The file of signed heads was changed or taken away: {place}."),
    }
    return fail(texts[found.problem].format(row=found.number, place=found.place))
