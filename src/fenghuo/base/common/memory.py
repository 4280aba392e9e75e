"""How a process uses memory: what stays for good is out of the way of Python's cycle collector, what is freed serves again."""

import ctypes
import gc

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of `mallopt` in glibc's malloc.h."""
_KEPT = 64 << 20
_LARGEST = 32 << 20
"""Bytes; glibc takes no larger one."""


def settle() -> None:
    """Say that what this process has loaded by now will stay.

    A full collection looks at every object, some hundred thousand modules, models and rules, and holds up all that a process does for
    0.1 s to 0.5 s, when it pleases. Afterwards it looks only at what came since. May be called again when much was replaced.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def keep_freed() -> None:
    """Let this process keep what it frees, up to 64 MB, and have Arrow take memory from where all others do.

    A process that reads and matches takes tens of MB for each batch. Given back to the kernel, they come again as pages that have to be
    found and zeroed, which was a fifth of its time; and memory that one allocator kept was of no use to the other. Does what it can where
    the C library is not glibc.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, _KEPT)
