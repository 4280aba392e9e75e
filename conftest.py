"""Tests work on a data directory of their own, made before Django reads its settings.

pytest-django would read the settings before it reads this file if `DJANGO_SETTINGS_MODULE` stood in pyproject.toml:
tests would then share `./fenghuo-data` and its language.
"""

import atexit
import os
import shutil
import tempfile

import django

_data = tempfile.mkdtemp(prefix="fenghuo-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["FENGHUO_DATA"] = _data
os.environ.setdefault("FENGHUO_LANG", "en")
os.environ["FENGHUO_LANGUAGE"] = "en"
os.environ["DJANGO_SETTINGS_MODULE"] = "fenghuo.base.common.django_settings"
django.setup()
