"""Times as a person at the desk reads them. Pure: the present moment is given."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _


def moment_text(moment: datetime, now: datetime) -> str:
    """`14:03:21` today, `11-23 14:03` in this year, `2025-11-23 14:03` else, in the zone of the office."""
    there, here = localtime(moment), localtime(now)
    if there.date() == here.date():
        return there.strftime("%H:%M:%S")
    return there.strftime("%m-%d %H:%M" if there.year == here.year else "%Y-%m-%d %H:%M")


def ago_text(moment: datetime, now: datetime) -> str:
    """The distance from a moment to now; a moment ahead of now counts as now."""
    seconds = (now - moment).total_seconds()
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("%d min ago") % (seconds // 60)
    if seconds < 86_400:
        return _("%d h ago") % (seconds // 3600)
    return _("%d d ago") % (seconds // 86_400)


def left_text(left: timedelta) -> str:
    """What is left of a deadline, or by how much it is missed: mm:ss below an hour, hh:mm above, days before them."""
    total = int(left.total_seconds())
    size = abs(total)
    if size < 3600:
        text = f"{size // 60:02d}:{size % 60:02d}"
    else:
        text = f"{size % 86_400 // 3600:02d}:{size % 3600 // 60:02d}"
        if size >= 86_400:
            text = _("%(days)d d %(rest)s") % {"days": size // 86_400, "rest": text}
    return (_("late %s") if total < 0 else _("%s left")) % text


def duration_text(seconds: float) -> str:
    """A length of time by its two largest units; "–" for none."""
    total = int(seconds)
    if total <= 0:
        return "–"
    if total < 60:
        return _("%d s") % total
    if total < 3600:
        return _("%d min") % (total // 60)
    if total < 86_400:
        return _("%(hours)d h %(minutes)d min") % {"hours": total // 3600, "minutes": total % 3600 // 60}
    return _("%(days)d d %(hours)d h") % {"days": total // 86_400, "hours": total % 86_400 // 3600}


def clock_stage(started: datetime, due: datetime, now: datetime) -> str:
    """`0`, `50`, `75` or `90`: the highest share in percent of the time that is used up; `late` from the due moment on."""
    if now >= due:
        return "late"
    used = (now - started) / (due - started)
    return next((str(share) for share in (90, 75, 50) if used * 100 >= share), "0")
