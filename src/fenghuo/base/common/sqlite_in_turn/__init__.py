"""Django's SQLite backend, with one thing more: who wants to write stands in line (see `base` and `turns`)."""
