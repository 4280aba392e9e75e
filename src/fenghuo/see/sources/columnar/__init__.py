"""JSON lines to EventBatches by columns, compiled; imports numba, so import it where it is used only."""

from fenghuo.see.sources.columnar.reader import FileOrigin, JsonChunk, JsonReader

__all__ = ["FileOrigin", "JsonChunk", "JsonReader"]
