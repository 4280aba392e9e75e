"""Read several streams of one topic in turn, new streams included, without a busy loop."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pyarrow as pa

from fenghuo.see.eventlog import Block, EventLog, Reader

_LOOK_FOR_STREAMS_EVERY_S = 0.25
_SHORTEST_S = 0.002
_LONGEST_S = 0.02


class Follower:
    """Readers of every stream of a topic that `mine` accepts, each from its saved place.

    `read()` gives (stream, block) pairs, [] when nothing came; it sleeps 2 to 20 ms when the streams are quiet, so that a
    quiet office costs nothing and a new line is seen at once.
    """

    def __init__(
        self,
        log: EventLog,
        topic: str,
        offsets: Mapping[str, int],
        stop: threading.Event,
        mine: Callable[[str], bool] = lambda _stream: True,
    ) -> None:
        self._log = log
        self._topic = topic
        self._offsets = dict(offsets)
        self._stop = stop
        self._mine = mine
        self._readers: dict[str, Reader] = {}
        self._pause = _SHORTEST_S
        self._next_look = 0.0

    def read(self, max_rows: int = 5000, *, wait: bool = True) -> list[tuple[str, Block]]:
        """The next durable blocks of each stream, in order within a stream."""
        if time.monotonic() >= self._next_look:
            self._look_for_streams()
        found = [
            (stream, block)
            for stream, reader in self._readers.items()
            for block in reader.read(max_rows=max_rows, timeout=0)
        ]
        if found:
            self._pause = _SHORTEST_S
        elif wait:
            self._stop.wait(self._pause)
            self._pause = min(self._pause * 1.3, _LONGEST_S)
        return found

    def _look_for_streams(self) -> None:
        self._next_look = time.monotonic() + _LOOK_FOR_STREAMS_EVERY_S
        for stream in self._log.streams(self._topic):
            if stream not in self._readers and self._mine(stream):
                self._readers[stream] = self._log.reader(stream, start=self._offsets.get(stream, 0))

    def rewind(self, stream: str, sequence: int) -> None:
        """Read `stream` again from `sequence`: its rows were read, but their effects could not be stored."""
        self._offsets[stream] = sequence
        self._readers.pop(stream, None)
        self._next_look = 0.0


def merged(found: list[tuple[str, Block]], most_bytes: int) -> Iterator[tuple[str, int, Any]]:
    """As `batches`, with blocks of a stream that follow each other put together up to about so many bytes.

    Work over columns costs as much for ten rows as for a thousand; a reader that lags behind thus gets faster by itself.
    """
    for stream, blocks in groupby(found, lambda pair: pair[0]):
        waiting: list[Block] = []
        size = 0
        for _, block in blocks:
            follows = waiting and waiting[-1].first_sequence + waiting[-1].batch.num_rows == block.first_sequence
            if waiting and (not follows or size + block.batch.nbytes > most_bytes):
                yield stream, waiting[0].first_sequence, _together(waiting)
                waiting, size = [], 0
            waiting.append(block)
            size += block.batch.nbytes
        if waiting:
            yield stream, waiting[0].first_sequence, _together(waiting)


def _together(blocks: list[Block]) -> Any:
    if len(blocks) == 1:
        return blocks[0].batch
    table = pa.Table.from_batches([block.batch for block in blocks]).unify_dictionaries().combine_chunks()
    return table.to_batches()[0]


def batches(found: list[tuple[str, Block]]) -> Iterator[tuple[str, int, Any]]:
    """(stream, first sequence, batch) of what `Follower.read` found."""
    for stream, block in found:
        yield stream, block.first_sequence, block.batch
