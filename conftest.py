"""Tests speak English whatever the terminal speaks."""

import os

os.environ.setdefault("FENGHUO_LANG", "en")
