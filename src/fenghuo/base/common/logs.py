"""What the server's log may say of an address: not the secret in it.

Links of units, slips, answers and block lists open by a long secret in the path. Django's log names the path of every answer that is an
error, and many may read the log.
"""

import logging
import re

_LONG = re.compile(r"[A-Za-z0-9_=-]{20,}")
_PLAIN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z-]+")
"""Ids of rows, and words: no secret looks so."""


def without_secrets(path: str) -> str:
    """An address with "…" in place of every part that may be a secret."""
    return "/".join("…" if _LONG.fullmatch(part) and not _PLAIN.fullmatch(part) else part for part in path.split("/"))


class WithoutSecrets(logging.Filter):
    """Takes secrets out of the addresses that a record names."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True: every record goes on, with "…" for what nobody is to read."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(one) if isinstance(one, str) and "/" in one else one for one in record.args
            )
        return True
