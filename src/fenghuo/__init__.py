"""Fenghuo 烽火: a 7×24 cybersecurity early-warning and notification platform."""

__version__ = "0.1.0"
