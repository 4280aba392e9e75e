"""Correlation of hits on event time: `resolve` the documents, then `Engine.feed(hits)` and `Engine.advance(now)`. Pure.

The semantics (windows, episodes, lateness) are in docs/detection.md.
"""

from fenghuo.see.detection.correlation.engine import Engine
from fenghuo.see.detection.correlation.model import Correlation, Draft, Kind, Known, Limits, Outcome, Row, Step

__all__ = ["Correlation", "Draft", "Engine", "Kind", "Known", "Limits", "Outcome", "Row", "Step"]
