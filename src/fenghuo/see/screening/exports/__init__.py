"""Findings as files for other programs and for offices: pure functions over `Exported`."""

from fenghuo.see.screening.exports.defectdojo import to_defectdojo
from fenghuo.see.screening.exports.sarif import to_sarif
from fenghuo.see.screening.exports.sheet import to_sheet
from fenghuo.see.screening.exports.values import Exported, exported

__all__ = ["Exported", "exported", "to_defectdojo", "to_sarif", "to_sheet"]
