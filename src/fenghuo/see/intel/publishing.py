"""The judge's side: tell the matching processes what changed, and have the shared file built where that grew long."""

import subprocess
import time
from collections.abc import Callable
from datetime import timedelta

import pyarrow as pa

from fenghuo.base.common import clock
from fenghuo.see.intel import queries
from fenghuo.see.intel.control import BASE_KIND, CHANGED_KIND, Statement
from fenghuo.see.intel.models import ImportRun, ImportState, IntelState, StoredIndicator

MOST_CHANGES = 2000
"""Changes that are told one by one; more of them are put into a new file."""
_IMPORT_LASTS = timedelta(hours=1)
_PAUSE_S = 10.0


class Publisher:
    """Follows the tables. `tell` appends one control row durably; `start_build` starts `actions.publish` in another process."""

    def __init__(
        self,
        tell: Callable[[pa.RecordBatch], object],
        schema: pa.Schema,
        start_build: "Callable[[], subprocess.Popen[bytes]]",
    ) -> None:
        self._tell = tell
        self._schema = schema
        self._start_build = start_build
        self._builder: subprocess.Popen[bytes] | None = None
        self._weighed = -1
        self._next_build = 0.0
        self._file: str | None = None
        self._told = 0

    def step(self) -> None:
        """Tell what changed since the last step; one small query where nothing did.

        Raises:
            LogFull: there is no room for the statement; the next step tries again.
        """
        state = queries.state()
        if not state.version:
            return
        if state.file != self._file:
            self._tell_base(state)
        elif state.version != self._told:
            self._tell_changes(state)
        if state.version not in {state.built, self._weighed}:
            self._build_where_needed(state)

    def _tell_base(self, state: IntelState) -> None:
        rows = self._changes(state.built)
        fits = len(rows) <= MOST_CHANGES
        self._state(BASE_KIND, state.file, rows if fits else [])
        self._file = state.file
        self._told = state.version if fits else state.built

    def _tell_changes(self, state: IntelState) -> None:
        rows = self._changes(self._told)
        if len(rows) <= MOST_CHANGES:
            self._state(CHANGED_KIND, "", rows)
            self._told = state.version

    def _changes(self, since: int) -> list[StoredIndicator]:
        """At most one more than can be told."""
        return list(queries.changed_since(since).order_by("pk")[: MOST_CHANGES + 1])

    def _state(self, kind: str, file: str, rows: list[StoredIndicator]) -> None:
        changed = tuple(queries.as_value(row) for row in rows if row.withdrawn_at is None)
        gone = tuple(row.pk for row in rows if row.withdrawn_at is not None)
        self._tell(Statement(kind, file, changed, gone).to_batch(clock.now_ns(), self._schema))

    def _build_where_needed(self, state: IntelState) -> None:
        if self._builder is not None and self._builder.poll() is None:
            return
        self._builder = None
        if len(queries.changed_since(state.built).values_list("pk")[: MOST_CHANGES + 1]) <= MOST_CHANGES:
            self._weighed = state.version
            return
        since = clock.now() - _IMPORT_LASTS
        running = ImportRun.objects.filter(state=ImportState.RUNNING, started_at__gt=since).exists()
        if not running and time.monotonic() >= self._next_build:
            self._next_build = time.monotonic() + _PAUSE_S
            self._builder = self._start_build()

    def close(self) -> None:
        """End a builder that is at work; the next judge starts another."""
        if self._builder is not None and self._builder.poll() is None:
            self._builder.terminate()
            self._builder.wait(5)
