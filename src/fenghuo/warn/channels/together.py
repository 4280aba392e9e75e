"""Lanes that want to write at the same moment write in one transaction: on SQLite each transaction waits for its turn and for the disk."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")


@dataclass(slots=True)
class _Piece:
    """What one lane wants to write."""

    write: Callable[[], None]
    taken: bool = False
    error: Exception | None = None


class Together:
    """A transaction that takes along what others bring while it waits for its turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: list[_Piece] = []
        self._leading = threading.Lock()

    def run(self, work: Callable[[], Result]) -> Result:
        """Do `work` in a transaction, which stands once this returns; what it gives. A failure there is one for all who are in it."""
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            with transaction.atomic():
                return work()
        results: list[Result] = []
        mine = _Piece(lambda: results.append(work()))
        with self._guard:
            self._waiting.append(mine)
        with self._leading:
            if not mine.taken:
                self._lead()
        if mine.error is not None:
            raise mine.error
        return results[0]

    def _lead(self) -> None:
        """Write everything that waits; what who leads brought is among it."""
        pieces: list[_Piece] = []
        try:
            with transaction.atomic():
                pieces = self._take()
                for piece in pieces:
                    piece.write()
        except Exception as error:  # noqa: BLE001 -- handed to whom it concerns
            for piece in pieces or self._take():
                piece.error = error

    def _take(self) -> list[_Piece]:
        with self._guard:
            taken, self._waiting = self._waiting, []
        for piece in taken:
            piece.taken = True
        return taken
