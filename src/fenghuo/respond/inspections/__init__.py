"""Inspections (监督检查): units check themselves by a list, inspectors look on the spot, and defects become notices."""
