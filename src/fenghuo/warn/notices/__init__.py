"""Notices (通报): from the draft to the last copy that is closed.

The writers of its tables: `drafts` (before the issue), `issue` and `numbers`, `copies` (the unit's verbs), `review` (the office's),
`files`, and `due` (what time brings). `decide` and `terms` say what is possible and when; they are pure.
"""
