"""`python -m fenghuo` is `fenghuo`."""

import sys

from fenghuo.faces.cli.main import main

sys.exit(main())
