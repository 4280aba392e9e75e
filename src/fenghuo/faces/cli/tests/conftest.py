"""Commands keep compiled rules in a folder of the tests' own, not in that of who runs them."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of a process: rules are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def kept_apart(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the commands look at."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(compiled))
