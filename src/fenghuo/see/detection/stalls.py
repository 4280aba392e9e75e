"""Rules that take too long over one event: left out, and named."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from fenghuo.see.detection.rule import Rule

Ints = npt.NDArray[np.int32]
STALL_S = 0.05
"""A rule may take so long over one event."""


class Stalls:
    """Which of these rules are left out.

    Attributes:
        out: their numbers.
        timer: gives seconds; None where nobody watches.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._stalled: dict[int, float] = {}
        self.out = np.zeros(0, np.int32)
        self.timer: Callable[[], float] | None = None

    def take(self) -> list[tuple[Rule, float]]:
        """The rules that were left out since the last call, and the seconds that each took over one event."""
        found = [(self._rules[number], seconds) for number, seconds in self._stalled.items()]
        self._stalled.clear()
        return found

    def leave_out(self, rules: Ints, seconds: float = 0.0) -> None:
        """Leave these rules out from now on; `seconds` is what one took over one event, 0 where bytes compared were counted."""
        for rule in np.setdiff1d(rules, self.out).tolist():
            self._stalled[rule] = seconds
        self.out = np.union1d(self.out, rules).astype(np.int32)
