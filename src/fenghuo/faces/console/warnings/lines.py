"""The evidence of a warning, line by line, with the names of persons hidden until somebody opens them."""

from collections.abc import Iterable, Mapping, Sequence

from django.http import HttpRequest

from fenghuo.base.common import clock
from fenghuo.faces.console.evidence import HIDDEN, EvidenceLine, readable
from fenghuo.see.events import Match, Value, match_of
from fenghuo.see.inventory.queries import names as source_names
from fenghuo.see.inventory.queries import parsers
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.see.sources import ParseContext, parse_line
from fenghuo.see.sources.persons import person_spans

_SESSION_KEY = "names_opened"
_MOST_OPENED = 100


def are_open(request: HttpRequest, warning_id: str) -> bool:
    """Whether the names in this warning were opened in this session."""
    return warning_id in request.session.get(_SESSION_KEY, [])


def remember_open(request: HttpRequest, warning_id: str) -> None:
    """Show the names in this warning until the session ends."""
    opened = [known for known in request.session.get(_SESSION_KEY, []) if known != warning_id]
    request.session[_SESSION_KEY] = [*opened, warning_id][-_MOST_OPENED:]


def lines_of(hits: Sequence[StoredHit], names_open: bool) -> list[EvidenceLine]:
    """One line a hit."""
    sources = source_names()
    kinds = parsers({hit.source_id for hit in hits})
    return [_line(hit, sources.get(hit.source_id) or hit.peer, kinds.get(hit.source_id), names_open) for hit in hits]


def _line(hit: StoredHit, source: str, parser: tuple[str, ParseContext] | None, names_open: bool) -> EvidenceLine:
    raw = bytes(hit.raw)
    kind, context = parser or ("", ParseContext())
    text = readable(raw)
    fields: Mapping[str, Value] = {} if names_open else parse_line(kind, raw, context).fields
    matches = [match_of(stored) for stored in hit.matches]
    return EvidenceLine(
        text=text,
        when=clock.from_ns(hit.event_time),
        source=source,
        position=hit.log_position,
        matches=tuple(matches),
        hidden=() if names_open else tuple(person_spans(text, fields)),
        apart=tuple(_apart(matches, fields, names_open)),
    )


def _apart(matches: Iterable[Match], fields: Mapping[str, Value], names_open: bool) -> Iterable[tuple[str, str]]:
    """(field, value) of each match, for where the value has no place in the line; names hidden there, too."""
    for match in matches:
        value = match.value or ""
        if value and not names_open:
            for start, end in reversed(person_spans(value, fields)):
                value = f"{value[:start]}{HIDDEN}{value[end:]}"
        if value:
            yield match.field or "", value
