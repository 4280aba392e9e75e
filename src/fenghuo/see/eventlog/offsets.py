"""Durable offsets of consumers that have no tables of their own: one small file a consumer, replaced at once."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


class FileOffsets:
    """Offsets of one consumer in `offsets/NAME.json`."""

    def __init__(self, folder: Path, consumer: str) -> None:
        self._path = folder / f"{consumer}.json"
        self._values: dict[str, int] = {}

    def load(self) -> dict[str, int]:
        """Stream → next sequence to read; empty before the first save."""
        if self._path.exists():
            self._values = {str(k): int(v) for k, v in json.loads(self._path.read_text()).items()}
        return dict(self._values)

    def save(self, places: Mapping[str, int]) -> None:
        """Remember durably where these streams are to be read on."""
        self._values |= places
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, json.dumps(self._values).encode())
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(self._path)
