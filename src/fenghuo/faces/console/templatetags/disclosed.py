"""Filters of the forms of the public document."""

import re

from django import template

from fenghuo.faces.console.disclosure.words import field_name, place

register = template.Library()
_ODD = re.compile(r"[^a-z0-9_]+")


@register.filter
def anchor(path: str) -> str:
    """An id for a path of the data file."""
    return _ODD.sub("-", path).strip("-")


@register.filter
def named(name: str) -> str:
    """A field in the reader's language."""
    return field_name(name)


@register.filter
def words_of(path: str) -> str:
    """A path in the reader's language."""
    return place(path)


@register.filter
def is_row(path: str) -> bool:
    """Whether a path names one of many."""
    return path.endswith("]")


@register.filter
def rows_for(text: str) -> int:
    """How many lines of a field show a text."""
    return min(20, max(3, sum(1 + len(line) // 60 for line in text.splitlines())))
