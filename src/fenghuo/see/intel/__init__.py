"""Indicators of compromise: what is known to be bad, looked up in every event. See docs/intel.md."""
