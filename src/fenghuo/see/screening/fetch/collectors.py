"""Every collector beside those of pages, by the need that it serves."""

from fenghuo.see.screening.fetch.visit import Collector

COLLECTORS: dict[str, Collector] = {}
