"""The figures of `fenghuo bench system` for people: a line a step while it goes, and the outcome."""

import sys
import unicodedata
from typing import Any

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.bench_system import Step

_WIDTHS = (10, 10, 9, 9, 9, 10, 10, 9, 8)


class Table:
    """Prints to standard output as it goes; `quiet` leaves that to who prints JSON."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._headed = False

    def say(self, text: str) -> None:
        """What is being done, on standard error where a person looks on."""
        if sys.stderr.isatty():
            print(f"{text} …", file=sys.stderr, flush=True)

    def step(self, step: Step) -> None:
        """One line of figures."""
        if self._quiet:
            return
        if not self._headed:
            self._headed = True
            print(
                _(
                    "Each step: events a second asked and sent, seconds late, seconds until all is through, warnings, "
                    "seconds to a warning, processors that other programs took."
                )
            )
            self._line(
                _("asked"), _("sent"), _("late"), _("drain"), _("warnings"), "p50", "p99", _("others"), _("held")
            )
        times = (
            f"{step.late_s:.2f}",
            f"{step.drain_s:.2f}",
            f"{step.warnings:,}",
            f"{step.p50_s:.3f}",
            f"{step.p99_s:.3f}",
            f"{step.cores.get('others', 0.0):.2f}",
        )
        self._line(f"{step.rate:,}", f"{step.sent_eps:,}", *times, _("yes") if step.held else _("no"))

    def end(self, figures: dict[str, Any]) -> None:
        """The outcome."""
        print()
        print(
            _("{count} rules in force, {processors} processors").format(
                count=figures["rules_loaded"], processors=figures["processors"]
            )
        )
        if figures["rules_quarantined"]:
            print(
                _("Rules that held up matching and were left out: {count}").format(count=figures["rules_quarantined"])
            )
        if figures["restarted"]:
            print(
                _("Processes that ended and were started anew: {names}").format(names=", ".join(figures["restarted"]))
            )
        print(_("Highest rate that is held: {rate:,} events/s").format(rate=figures["rate_held_eps"]))
        for name, share in (("half", "50 %"), ("ninety", "90 %")):
            step = figures[name]
            text = _(
                "At {share} ({rate:,} events/s): a warning stands after p50 {p50:.3f} s, p99 {p99:.3f} s ({warnings} warnings)"
            )
            print(
                text.format(
                    share=share, rate=step["rate"], p50=step["p50_s"], p99=step["p99_s"], warnings=step["warnings"]
                )
            )
            if not step["held"]:
                print(
                    _(
                        "This rate was not held when it was measured: the machine was busy with something else, or the bound is lower."
                    )
                )
            names = {"others": _("other programs")}
            cores = ", ".join(f"{names.get(process, process)} {share:.2f}" for process, share in step["cores"].items())
            print(_("  processors busy: {cores}").format(cores=cores or "?"))

    def _line(self, *cells: str) -> None:
        print("".join(_padded(cell, width) for cell, width in zip(cells, _WIDTHS, strict=True)), flush=True)


def _padded(text: str, width: int) -> str:
    """The text at the right of so many places of the terminal, of which a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return " " * max(0, width - taken) + text
