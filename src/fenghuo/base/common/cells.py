"""Cells of sheets that no spreadsheet takes for a formula: one rule for every CSV and xlsx that leaves the house."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SKIPPED = " \u3000\ufeff"
"""Spreadsheets skip these before they look for a formula."""


def harmless(value: object) -> object:
    """The value, with an apostrophe in front of a text that a spreadsheet could take for a formula.

    Values from logs and sites are written by attackers; a cell such as `=HYPERLINK(…)` would act on the desk of who opens it.
    Numbers and dates stay as they are.
    """
    if isinstance(value, str) and value.lstrip(_SKIPPED).startswith(_STARTS):
        return f"'{value}"
    return value
