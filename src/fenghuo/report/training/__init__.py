"""Training: courses, sessions with their participants, short quizzes by slips, certificates that can be verified.

The writers of its tables: `actions` (courses, sessions, participants), `quizzes` (questions, slips, tries) and `certificates`.
"""
