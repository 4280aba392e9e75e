"""The floor of reports: what was promised, done, spent and published. Above warn and see, below faces."""
