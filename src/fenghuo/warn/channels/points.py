"""Named points of the road a message takes. Nothing happens there, except that a test of crashes may end the process.

The names are those of acceptance: before and after each commit and each send.
"""

from collections.abc import Callable

POINTS = (
    "enqueue:before-commit",
    "enqueue:after-commit",
    "lease:before-commit",
    "lease:after-commit",
    "turn:before-commit",
    "turn:after-commit",
    "send:before",
    "send:after",
    "pass-on:before-commit",
    "pass-on:after-commit",
    "digest:before-commit",
    "digest:after-commit",
)


class _Hook:
    """What is called at each point; tests set `act`."""

    act: Callable[[str], None] | None = None


HOOK = _Hook()


def point(name: str) -> None:
    """The process is at a named point."""
    if HOOK.act is not None:
        HOOK.act(name)
