"""Site checks: one folder each, with `check.py` (a `CHECK`), `advice.zh.md`, `advice.en.md` and `samples.py`; pure."""
