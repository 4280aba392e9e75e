"""Build the shared file of indicators, in a process of its own that ends again.

python -m fenghuo.faces.workers.intel_file DIR
"""

import logging
import os
import sys
from pathlib import Path

log = logging.getLogger("fenghuo.intel")


def _main(data: Path) -> int:
    os.nice(10)
    from fenghuo.base.common.django_setup import setup

    setup(data)
    from fenghuo.see.intel.actions import publish

    state = publish()
    log.info("indicator file %s with %d entries", state.file, state.entries)
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
