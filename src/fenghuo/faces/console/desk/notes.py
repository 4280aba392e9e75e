"""What the desk says of the platform itself, long before it hurts."""

import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fenghuo.base.clocks.queries import year_without_calendar
from fenghuo.base.common import clock
from fenghuo.base.common.settings import settings
from fenghuo.faces.console.duty.words import roster_notes
from fenghuo.see.eventlog import Usage, open_log
from fenghuo.warn.channels.health import SKEW_S, Health, state

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
    now = clock.now()
    return found + roster_notes(now) + _of_sending(state(now))


def _of_sending(health: Health) -> list[str]:
    """What keeps people from being told, or would keep it unseen."""
    texts = {
        "silent": _("The process that sends messages gives no sign of life: nobody is told of anything."),
        "failing": _(
            "A channel has failed for minutes: see the deliveries in trouble, and press Test on the page of channels."
        ),
        "unsent": _("Messages have lain unsent for more than five minutes."),
        "disk": _("The disk is nearly full: soon nothing can be written down, and nothing is sent that can't be."),
    }
    found = [texts[why] for why in health.why]
    if health.skew_s is not None and abs(health.skew_s) > SKEW_S:
        text = ngettext(
            "By the answers of %(n)d server, the clock of this machine is wrong by %(skew)+.0f seconds.",
            "By the answers of %(n)d servers, the clock of this machine is wrong by %(skew)+.0f seconds.",
            health.witnesses,
        )
        found.append(text % {"n": health.witnesses, "skew": health.skew_s})
    if health.heartbeat is False:
        found.append(_("The watcher outside does not hear this platform: if it went silent, nobody would notice."))
    return found
