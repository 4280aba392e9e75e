"""Bring Django up on a data directory, for commands and worker processes."""

import os
from pathlib import Path


def setup(data: Path) -> None:
    """Point this process at a data directory (created where missing, for its owner only) and start Django.

    Raises:
        SettingsError: the settings of the directory can't be used.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["FENGHUO_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fenghuo.base.common.django_settings"
    import django

    django.setup()


def migrate() -> None:
    """Bring the tables to the present version; quick where they are."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
