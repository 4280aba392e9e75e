"""`fenghuo`: the program."""

import argparse
import signal
import sys
from importlib import import_module

import fenghuo
from fenghuo.base.common.i18n import _
from fenghuo.base.common.settings import SettingsError

_COMMANDS = (
    *(
        "up",
        "demo",
        "detect",
        "screen",
        "content",
        "screening",
        "rules",
        "intel",
        "bulletins",
        "incidents",
        "units",
        "sources",
        "channels",
        "user",
        "calendar",
        "export",
        "audit",
    ),
    *("disclosure", "bench", "doctor"),
)


def build_parser(wanted: str = "") -> argparse.ArgumentParser:
    """The parser of the command `wanted`, of every command where that is none.

    One command alone is loaded in a fifth of the time, and in 50 MB less: others need readers of documents, DNS and so on.
    """
    parser = argparse.ArgumentParser(
        prog="fenghuo",
        description=_("Fenghuo: a 7×24 cybersecurity early-warning and notification platform for a county office."),
        epilog=_("Every command has its own help: fenghuo COMMAND --help"),
    )
    parser.add_argument("--version", action="version", version=f"fenghuo {fenghuo.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in [wanted] if wanted in _COMMANDS else _COMMANDS:
        import_module(f"fenghuo.faces.cli.{name}").add_parser(commands)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 could not be done (said why on standard error), 2 wrong usage."""
    words = sys.argv[1:] if argv is None else argv
    arguments = build_parser(words[0] if words else "").parse_args(words)
    try:
        code: int = arguments.func(arguments)
    except SettingsError as error:
        for number, problem in enumerate(error.problems, 1):
            print(f"{number}. {problem}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return code


if __name__ == "__main__":
    sys.exit(main())
