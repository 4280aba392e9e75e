"""What one visit found out, as values that checks judge; pure."""

from fenghuo.see.screening.facts.base import CheckClass, Facts, Failure, Need, Probe, Target, Untested, Why
from fenghuo.see.screening.facts.page import Page

__all__ = ["CheckClass", "Facts", "Failure", "Need", "Page", "Probe", "Target", "Untested", "Why"]
