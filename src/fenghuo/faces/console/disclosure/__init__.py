"""Pages of the public document: its sections as forms, versions, release, and the register of fixed assets."""
