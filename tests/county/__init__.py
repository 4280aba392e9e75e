"""A county on loopback: real servers with planted faults, and others that only look as if they had some."""
