"""`fenghuo rules`: check rule files, explain them, import packs."""

import argparse
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli import rules_check, rules_explain
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, progress


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `rules` with `check`, `explain` and `import`."""
    parser = subparsers.add_parser("rules", help=_("check detection rules, import packs"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    rules_check.add_parser(verbs)
    rules_explain.add_parser(verbs)
    taking = verbs.add_parser(
        "import",
        help=_("import a zip of Sigma rules as a pack"),
        description=_(
            "Import a zip of Sigma rules, for example a release of SigmaHQ. Rules with errors are kept as refused, with "
            "file, line and reason. Authors and the licence of the pack stay with every hit. A pack of the same name is replaced."
        ),
    )
    taking.add_argument("archive", type=Path, metavar="FILE.zip")
    taking.add_argument("--name", help=_("name of the pack (default: the file's name)"))
    taking.add_argument("--origin", default="", help=_("where it came from, for the record"))
    add_data(taking)
    add_json(taking)
    taking.set_defaults(func=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Import the archive; exit code 0 also where single rules are refused."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.rulebook.actions import import_archive
    from fenghuo.see.rulebook.archive import BadArchive

    name = arguments.name or arguments.archive.stem.lower().replace(" ", "-").replace(".", "-")
    try:
        done = import_archive(
            *(COMMAND_LINE, arguments.archive, name, arguments.origin),
            lambda sources, count: progress(sources, _("rules"), count),
        )
    except (BadArchive, ValueError) as error:
        return fail(str(error))
    if arguments.json:
        print_json({"pack": done.pack, "rules": done.rules, "refused": done.refused, "unchanged": done.unchanged})
    elif done.unchanged:
        print(_("Pack {name} has this content already.").format(name=done.pack))
    else:
        print(
            _("Pack {name}: {rules} rules in force, {refused} refused.").format(
                name=done.pack, rules=done.rules, refused=done.refused
            )
        )
        if done.refused:
            print(_("The console's rules page lists what is refused and why."))
    return 0
