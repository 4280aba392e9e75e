"""The duty desk: what needs me now, live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Permission
from fenghuo.base.clocks.queries import running
from fenghuo.base.common import clock
from fenghuo.base.common.severity import WarningLevel
from fenghuo.faces.console.access import person_of, requires
from fenghuo.faces.console.desk.coverage import covered_of
from fenghuo.faces.console.desk.notes import notes
from fenghuo.faces.console.desk.notices import waiting as office_waiting
from fenghuo.faces.console.desk.pulse import PULSE
from fenghuo.faces.console.incidents.rows import clock_rows
from fenghuo.faces.console.warnings.rows import shown
from fenghuo.see.inventory.queries import lines_a_second, sources_visible_to
from fenghuo.warn.channels.health import state as state_of
from fenghuo.warn.channels.queries import calls_open, in_trouble
from fenghuo.warn.duty.queries import my_roll_calls, on_duty
from fenghuo.warn.early_warnings.queries import needs_me_now, open_by_level, warnings_visible_to

_ROWS = 50
_SILENT_AFTER = timedelta(hours=1)
_HEARTBEAT_S = 10.0
_BREATH_S = 0.12


def _state(person: Person) -> dict[str, Any]:
    now = clock.now()
    waiting = needs_me_now(person)
    office, office_total = office_waiting(person) if person.can(Permission.SEE_NOTICES) else ([], 0)
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = warnings_visible_to(person).filter(created_at__gte=midnight, exercise=False)
    by_level = open_by_level(person)
    sources = sources_visible_to(person).filter(enabled=True)
    rows = shown(waiting[:_ROWS])
    titles = {f"warning:{row.warning.id}": row for row in rows}
    clocks = [(deadline, titles[deadline.subject]) for deadline in running()[:200] if deadline.subject in titles]
    return {
        "rows": rows,
        "notes": notes(),
        "total": waiting.count(),
        "levels": [(level.value, by_level.get(level.value, 0)) for level in WarningLevel],
        "today": today.count(),
        "clocks": clocks[:6],
        "incident_clocks": clock_rows(person, 6) if person.can(Permission.SEE_INCIDENTS) else [],
        "office": office,
        "office_total": office_total,
        "trouble": in_trouble(now)[:5],
        "calls": calls_open()[:5],
        "health": state_of(now),
        "silent": sources.filter(health__last_seen__lt=now - _SILENT_AFTER)[:5],
        "sources": sources.count(),
        "rate": lines_a_second(person, now),
        "covered": covered_of(person),
        "duty": on_duty(now),
        "roll_calls": my_roll_calls(person, now),
        "now": now,
        "may_handle": person.can(Permission.HANDLE_WARNINGS),
    }


@requires(Permission.SEE_DESK)
def home(request: HttpRequest) -> HttpResponse:
    """The desk."""
    return render(request, "desk/home.html", _state(person_of(request)))


def _fragment(person: Person, language: str) -> str | None:
    """The live part of the desk as HTML; None where the person's session is over."""
    fresh = Person.objects.filter(pk=person.pk, is_active=True, session_epoch=person.session_epoch).first()
    if fresh is None or not fresh.can(Permission.SEE_DESK):
        return None
    with translation.override(language):
        return render_to_string("desk/live.html", {**_state(fresh), "csrf_free": True})


@requires(Permission.SEE_DESK)
async def live(request: HttpRequest) -> StreamingHttpResponse:
    """The desk's live part as server-sent events; a heartbeat every ten seconds shows a dead link."""
    user = await request.auser()
    assert isinstance(user, Person)
    language = translation.get_language() or "zh-hans"
    response = StreamingHttpResponse(_stream(user, language), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(person: Person, language: str) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    seen, last = -2, ""
    while (newest := await PULSE.after(seen, _HEARTBEAT_S)) is not None:
        fragment = await sync_to_async(_fragment, thread_sensitive=False)(person, language)
        if fragment is None:
            yield "event: over\ndata:\n\n"
            return
        if newest != seen or fragment != last:
            lines = "".join(f"data: {line}\n" for line in fragment.split("\n"))
            yield f"event: desk\n{lines}\n"
        else:
            yield "event: beat\ndata:\n\n"
        seen, last = newest, fragment
        await asyncio.sleep(_BREATH_S)
