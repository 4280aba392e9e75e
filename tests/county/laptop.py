"""`fenghuo` as a laptop in the county runs it: `python -m tests.county.laptop RESOLV.CONF screen …`.

The one difference: names are asked of the county's name server instead of that of the machine.
"""

import sys
from importlib import import_module
from pathlib import Path

from fenghuo.base.common import door
from tests.county.sites import SITES

_MEANINGS = {site.host: site.meaning for site in SITES}


async def resolve(host: str, seconds: float) -> list[str]:
    """What the county's names mean."""
    del seconds  # it knows at once
    return [meaning] if (meaning := _MEANINGS.get(host, "")) else []


def resolver_module() -> object | None:
    """The module that reads resolv.conf."""
    try:
        return import_module("fenghuo.see.screening.fetch.resolver")
    except ModuleNotFoundError:
        return None


def main() -> int:
    """Use the county's name server, then be `fenghuo`."""
    door.resolve = resolve  # before anything takes it as a default
    module = resolver_module()
    if module is not None:
        module._CONFIGURATION = Path(sys.argv[1])  # type: ignore[attr-defined]
    from fenghuo.faces.cli.main import main as fenghuo

    return fenghuo(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
