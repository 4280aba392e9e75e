"""The append-only log of every contact that screening makes: a file a day, each line written before the contact."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from fenghuo.base.common.settings import settings
from fenghuo.see.screening.fetch.wire import Contact


class ContactFiles:
    """`DATA/screening/contacts-YYYY-MM-DD.jsonl`, one line a contact, never changed."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "screening"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._zone = ZoneInfo(settings().time_zone)
        self._day = ""
        self._file = -1

    def write(self, contact: Contact) -> None:
        """Append one line.

        Raises:
            OSError: it could not be written; then the contact must not be made.
        """
        day = f"{contact.at.astimezone(self._zone):%Y-%m-%d}"
        if day != self._day:
            self.close()
            path = self._folder / f"contacts-{day}.jsonl"
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._day = day
        os.write(self._file, orjson.dumps(contact.as_line()) + b"\n")

    def close(self) -> None:
        """Close the file of the day."""
        if self._file >= 0:
            os.close(self._file)
            self._file, self._day = -1, ""
