"""`fenghuo units`: the register of units and assets as sheets."""

import argparse
from pathlib import Path

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, problems_of


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `units` with `add`, `import` and `export`."""
    parser = subparsers.add_parser("units", help=_("units and their assets: add, import, export"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    adding = verbs.add_parser("add", help=_("add one unit"))
    adding.add_argument("--code", required=True, help=_("short name: letters, digits, hyphens"))
    adding.add_argument("--name", required=True, help=_("full name"))
    adding.add_argument(
        "--kind", default="department", help=_("department, township, school, hospital, enterprise, institution")
    )
    adding.add_argument("--importance", default="ordinary", help=_("vital, important, ordinary"))
    adding.set_defaults(func=run_add)
    taking = verbs.add_parser(
        "import",
        help=_("import units and assets from xlsx or csv"),
        description=_(
            "All of a sheet comes in, or nothing; what is wrong is said row by row. `units export` shows the columns."
        ),
    )
    taking.add_argument("sheet", type=Path, metavar="FILE")
    taking.set_defaults(func=run_import)
    giving = verbs.add_parser("export", help=_("write units and assets as xlsx or csv"))
    giving.add_argument("sheet", type=Path, metavar="FILE")
    giving.set_defaults(func=run_export)
    for verb in (adding, taking, giving):
        add_data(verb)
        add_json(verb)


def run_add(arguments: argparse.Namespace) -> int:
    """Add one unit."""
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError

    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.actions import save_unit
    from fenghuo.base.units.models import Unit

    unit = Unit(code=arguments.code, name=arguments.name, kind=arguments.kind, importance=arguments.importance)
    try:
        save_unit(COMMAND_LINE, unit)
    except ValidationError as error:
        return fail(problems_of(error))
    if arguments.json:
        print_json({"unit_id": unit.id, "code": unit.code})
    else:
        print(_("Added unit {name} ({code}).").format(name=unit.name, code=unit.code))
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Import a sheet, or say what is wrong in each row."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.sheets import BadSheet, import_rows, read_sheet

    try:
        content = arguments.sheet.read_bytes()
        done = import_rows(COMMAND_LINE, read_sheet(arguments.sheet.name, content))
    except OSError as error:
        return fail(_("{path}: not readable: {error}").format(path=arguments.sheet, error=error.strerror))
    except BadSheet as error:
        return fail("\n".join([*error.problems, _("Nothing was imported.")]))
    if arguments.json:
        print_json({"units": done.units, "assets": done.assets})
    else:
        print(_("{units} units and {assets} assets.").format(units=done.units, assets=done.assets))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the register."""
    if arguments.sheet.suffix.lower() not in {".xlsx", ".csv"}:
        return fail(_("{path}: the name must end in .xlsx or .csv.").format(path=arguments.sheet), 2)
    open_tables(arguments.data)
    from fenghuo.base.units.sheets import export_rows, write_sheet

    grid = export_rows()
    write_sheet(arguments.sheet, grid)
    if arguments.json:
        print_json({"rows": len(grid) - 1})
    else:
        print(_("{rows} rows written to {path}.").format(rows=len(grid) - 1, path=arguments.sheet))
    return 0
