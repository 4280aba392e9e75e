"""`fenghuo rules`: what one does with rule files."""

import argparse

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli import rules_check


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `rules` with `check`."""
    parser = subparsers.add_parser("rules", help=_("check detection rules"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    rules_check.add_parser(verbs)
