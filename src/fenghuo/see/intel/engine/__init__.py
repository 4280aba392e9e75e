"""Look-up of indicators in EventBatches: a compact set that processes share, and a small overlay. Pure."""

from fenghuo.see.intel.engine.build import build
from fenghuo.see.intel.engine.compact import BadFile, CompactSet, open_file, write_file
from fenghuo.see.intel.engine.matching import Found, Indicators

__all__ = ["BadFile", "CompactSet", "Found", "Indicators", "build", "open_file", "write_file"]
