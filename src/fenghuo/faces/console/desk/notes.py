"""What the desk says of the platform itself, long before it hurts."""

import time

from django.utils.translation import gettext as _

from fenghuo.base.clocks.queries import year_without_calendar
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.console.duty.words import roster_notes
from fenghuo.see.eventlog import Usage, open_log

_LOOK_EVERY_S = 30.0
_GB = 1024**3


class _Looked:
    """The last look at the event log: sizes of thousands of files are not summed for every live page."""

    usage: Usage | None = None
    until = 0.0


def _usage() -> Usage:
    moment = time.monotonic()
    if _Looked.usage is None or moment >= _Looked.until:
        _Looked.usage = open_log(settings().log, settings().log_limit_gb * _GB).usage()
        _Looked.until = moment + _LOOK_EVERY_S
    return _Looked.usage


def notes() -> list[str]:
    """Sentences for the top of the desk, [] where all is well."""
    found = []
    usage = _usage()
    if usage.warn:
        text = _(
            "The log store is filling: %(used).1f of %(limit).1f GB, %(free).1f GB free on the disk. When it is full, logs are refused."
        )
        values = {"used": usage.used_bytes / _GB, "limit": usage.limit_bytes / _GB, "free": usage.free_bytes / _GB}
        found.append(text % values)
    year = year_without_calendar(clock.now())
    if year is not None:
        text = _("The holidays of %(year)d are not known: working days are counted by weekday alone.")
        found.append(text % {"year": year})
    return found + roster_notes(clock.now())
