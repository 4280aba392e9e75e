"""What every list needs: paging by key, filters in the address bar, export."""

import base64
import binascii
import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from fenghuo.base.common.cells import harmless

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """A stretch of a list.

    Attributes:
        rows: the rows, in the list's order.
        previous, next: query strings ("?…") of the neighbouring stretches, "" where there is none.
    """

    rows: Sequence[Row]
    previous: str
    next: str


def list_page(
    request: HttpRequest, rows: "QuerySet[Row]", order: Sequence[str], size: int = PAGE_SIZE
) -> "ListPage[Row]":
    """The stretch of `rows` that the address asks for with `after` or `before`.

    Paging goes by key, not by counting: the thousandth page costs what the first costs, and rows that arrive meanwhile
    shift nothing.

    Args:
        order: fields that are never null, "-" for descending; the last one unique, e.g. ("-last_seen", "id").

    Raises:
        BadRequest: the address holds a place that no list gave out.
    """
    before = request.GET.get("before", "")
    place = before or request.GET.get("after", "")
    wanted = [_turned(name) for name in order] if before else list(order)
    if place:
        rows = rows.filter(_beyond(wanted, _read_place(rows.model, wanted, place)))
    found = list(rows.order_by(*wanted)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if before:
        found.reverse()
    has_previous, has_next = (more, True) if before else (bool(place), more)
    return ListPage(
        found,
        _link(request, "before", _place(found[0], order)) if found and has_previous else "",
        _link(request, "after", _place(found[-1], order)) if found and has_next else "",
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _place(row: Model, order: Sequence[str]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_place(model: type[Model], order: Sequence[str], place: str) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
        if not isinstance(plain, list) or len(plain) != len(order):
            raise ValueError(place)
        fields = [model._meta.get_field(name.lstrip("-")) for name in order]
        values = [field.to_python(value) for field, value in zip(fields, plain, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, ValidationError, binascii.Error, RecursionError) as error:
        raise BadRequest(_("The address holds a place in the list that does not exist.")) from error
    if any(value is None for value in values):
        raise BadRequest(_("The address holds a place in the list that does not exist."))
    return values


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that come after `values` in `order`."""
    condition = Q()
    equal = Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        step = Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        condition |= equal & step
        equal &= Q(**{field: value})
    return condition


def _link(request: HttpRequest, name: str, place: str) -> str:
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = place
    return f"?{query.urlencode()}"


def csv_response(name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, object]]) -> StreamingHttpResponse:
    """A download of `rows`, written while they are read.

    Args:
        name: file name without its ending; ASCII.
        columns: key in the row → heading in the reader's language.
        rows: one mapping a row.
    """
    response = StreamingHttpResponse(_csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Line:
    """What `csv.writer` writes into; hands the line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(columns: Mapping[str, str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Office programs in China read a file without this mark as GBK.
    yield "\ufeff"
    yield writer.writerow([harmless(str(heading)) for heading in columns.values()])
    for row in rows:
        yield writer.writerow([harmless(_plain(row.get(key))) for key in columns])


def _plain(value: object) -> object:
    return "" if value is None else value.isoformat() if isinstance(value, date | datetime) else value
