"""The local engine's reader: sees only what is durable, in any process."""

import time
from pathlib import Path

from fenghuo.see.eventlog.engine import KEY_COLUMN, Block, Gap
from fenghuo.see.eventlog.frames import decode
from fenghuo.see.eventlog.segments import PackedFrames, PlainFrames, Segment, open_segment, segments
from fenghuo.see.eventlog.writer import Head

_SHORTEST_S = 0.002
_LONGEST_S = 0.02


class LocalReader:
    """See `engine.Reader`."""

    def __init__(self, folder: Path, stream: str, start: int) -> None:
        self._folder, self._stream, self._next = folder, stream, start
        self._head = Head(folder)
        self._frames: PlainFrames | PackedFrames | None = None
        self.gaps: list[Gap] = []

    def read(self, max_rows: int = 5000, timeout: float = 0.0) -> list[Block]:
        """See `engine.Reader.read`."""
        end = time.monotonic() + timeout
        pause = _SHORTEST_S
        while self._head.get() <= self._next:
            if time.monotonic() >= end:
                return []
            time.sleep(pause)
            pause = min(pause * 1.3, _LONGEST_S)
        found: list[Block] = []
        rows = 0
        durable = self._head.get()
        while self._next < durable and rows < max_rows:
            block = self._next_block(durable)
            if block is not None:
                found.append(block)
                rows += block.batch.num_rows
        return found

    def _next_block(self, durable: int) -> Block | None:
        """The block that begins at the present place; None where a segment ended or rows are missing."""
        if self._frames is None and not self._open(durable):
            return None
        next_frame = self._frames.next_frame() if self._frames else None
        if next_frame is None:
            self._leave_segment(durable)
            return None
        frame, payload = next_frame
        if frame.next <= self._next:
            return None
        batch = decode(payload)
        batch = batch.drop_columns([KEY_COLUMN]) if KEY_COLUMN in batch.schema.names else batch
        if frame.first < self._next:
            batch = batch.slice(self._next - frame.first)
        elif frame.first > self._next:
            self._report_gap(frame.first, "damaged")
        block = Block(self._next, batch)
        self._next = frame.next
        return block

    def _open(self, durable: int) -> bool:
        """Open the segment of the present place, or step over what is gone."""
        standing = segments(self._folder)
        holding = [s for s in standing if s.first <= self._next]
        segment: Segment | None = holding[-1] if holding else None
        if segment is None:
            self._report_gap(min([durable, *(s.first for s in standing)]), "removed")
            return False
        try:
            self._frames = open_segment(segment)
        except FileNotFoundError:
            return False
        self._frames.skip_to(self._next)
        return True

    def _leave_segment(self, durable: int) -> None:
        """The open segment has nothing more: go to the next, and say so where rows are missing before it."""
        self.close()
        later = [s.first for s in segments(self._folder) if s.first > self._next]
        here = [s for s in segments(self._folder) if s.first == self._next]
        if not here:
            self._report_gap(min([durable, *later]), "damaged")

    def _report_gap(self, next_sequence: int, reason: str) -> None:
        if next_sequence > self._next:
            self.gaps.append(Gap(self._stream, self._next, next_sequence, reason))
            self._next = next_sequence

    def close(self) -> None:
        """Let the file go."""
        if self._frames is not None:
            self._frames.close()
            self._frames = None
