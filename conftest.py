"""Tests work on a data directory of their own, made before Django reads its settings."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="fenghuo-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["FENGHUO_DATA"] = _data
os.environ.setdefault("FENGHUO_LANG", "en")
os.environ["FENGHUO_LANGUAGE"] = "en"
