"""`fenghuo user`: people who sign in."""

import argparse

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, problems_of


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `user` with `add` and `reset-mfa`."""
    parser = subparsers.add_parser("user", help=_("people: add, reset the second factor"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    adding = verbs.add_parser("add", help=_("add a person; the first password is shown once"))
    adding.add_argument("username")
    adding.add_argument("--name", default="", help=_("the person's name (default: the user name)"))
    adding.add_argument("--role", action="append", required=True, help=_("a role; repeat it for several"))
    adding.add_argument(
        "--unit", action="append", default=[], help=_("code of a unit that a unit contact belongs to; repeat it")
    )
    adding.add_argument("--email", default="")
    adding.add_argument("--phone", default="")
    adding.set_defaults(func=run_add)
    resetting = verbs.add_parser("reset-mfa", help=_("take the second factor off, where the device was lost"))
    resetting.add_argument("username")
    resetting.set_defaults(func=run_reset_mfa)
    for verb in (adding, resetting):
        add_data(verb)
        add_json(verb)


def run_add(arguments: argparse.Namespace) -> int:
    """Add a person."""
    open_tables(arguments.data)
    from django.core.exceptions import ValidationError

    from fenghuo.base.accounts.actions import add_person
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.units.queries import find_unit

    units = {code: find_unit(code) for code in arguments.unit}
    missing = [code for code, unit in units.items() if unit is None]
    if missing:
        return fail(
            _("{unit}: there is no such unit. Add it with `fenghuo units add`.").format(unit=", ".join(missing))
        )
    try:
        person, password = add_person(
            COMMAND_LINE,
            arguments.username,
            arguments.name or arguments.username,
            arguments.role,
            email=arguments.email,
            phone=arguments.phone,
            units=[unit for unit in units.values() if unit is not None],
        )
    except ValidationError as error:
        return fail(problems_of(error))
    if arguments.json:
        print_json({"user_id": person.pk, "username": person.username, "password": password})
    else:
        print(_("Added {name}. First password, shown only now: {password}").format(name=person.name, password=password))
    return 0


def run_reset_mfa(arguments: argparse.Namespace) -> int:
    """Take the second factor off."""
    open_tables(arguments.data)
    from fenghuo.base.accounts.actions import reset_mfa
    from fenghuo.base.accounts.models import Person
    from fenghuo.base.audit import COMMAND_LINE

    person = Person.objects.filter(username=arguments.username).first()
    if person is None:
        return fail(_("{name}: there is no such user.").format(name=arguments.username))
    reset_mfa(COMMAND_LINE, person)
    if arguments.json:
        print_json({"user_id": person.pk})
    else:
        print(
            _("{name} signs in with the password alone until a second factor is set again.").format(
                name=person.username
            )
        )
    return 0
