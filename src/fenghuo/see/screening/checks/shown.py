"""Bytes as evidence: short, on one line, secrets masked."""

from fenghuo.see.screening.checks.masks import masked


def shown(said: bytes, most: int = 200) -> str:
    """The first bytes that something said; what is not printable is escaped."""
    text = said[:most].decode("utf-8", errors="backslashreplace")
    return masked("".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text))
