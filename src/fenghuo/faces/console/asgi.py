"""The console as an ASGI application. FENGHUO_DATA says which installation; see `base/common/django_setup.py`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenghuo.base.common.django_settings")
application = get_asgi_application()
