"""Screening of registered sites: facts are collected once, checks judge them, findings are closed only by what was seen.

`facts` and `checks` are pure: no socket, no table, no clock. `fetch` holds the collectors, the only ones that contact a site.
"""
