"""Fail where the tables and their migrations differ."""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Compare on a data directory of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FENGHUO_DATA"] = folder
        from fenghuo.base.common.django_setup import setup

        setup(Path(folder))
        from django.core.management import call_command

        call_command("makemigrations", check=True, dry_run=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
