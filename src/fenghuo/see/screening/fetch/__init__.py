"""Collectors: the only code that contacts a site, each request under a permit, through the limiter, and into the log."""
