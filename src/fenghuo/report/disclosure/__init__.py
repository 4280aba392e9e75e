"""Disclosure of the budget: one data file, the rules it must hold, the public document, and the way back from a document."""

from fenghuo.report.disclosure.checking import Finding, Level, check
from fenghuo.report.disclosure.datafile import BadData, from_json, to_json
from fenghuo.report.disclosure.model import Disclosure

__all__ = ["BadData", "Disclosure", "Finding", "Level", "check", "from_json", "to_json"]
