"""A picture of a page by Chromium, where it is installed: one at a time, without scripts, cut off from every network, bounded in time and
memory. What the page refers to has to be inside it already (`still.py`)."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

PATIENCE_S = 20.0
MOST_MEMORY = 1200 * 1024 * 1024
"""Bytes of all its processes together, shared pages counted in each."""
MOST_PICTURE = 2 * 1024 * 1024
WIDTH, HEIGHT, SCALE = 1280, 1440, 0.6
_LOOK_EVERY_S = 0.2
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_PNG = b"\x89PNG\r\n\x1a\n"
_NOWHERE = "http://127.0.0.1:1"
"""A proxy that nobody is: what gets past the page's policy and the resolver still reaches nothing, not even loopback."""


class NoPicture(StrEnum):
    """Why there is no picture; a closed list."""

    NOT_INSTALLED = "not-installed"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    FAILED = "failed"


class Unpictured(Exception):
    """There is no picture."""

    def __init__(self, reason: NoPicture) -> None:
        super().__init__(reason.value)
        self.reason = reason


def installed() -> str | None:
    """The path of Chromium, None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Camera:
    """Takes pictures, one at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Lock()

    async def picture(self, html: str) -> bytes:
        """PNG of a page that needs nothing from outside.

        Raises:
            Unpictured: why there is none; nothing of Chromium is left running.
        """
        program = installed()
        if program is None:
            raise Unpictured(NoPicture.NOT_INSTALLED)
        async with self._free:
            with tempfile.TemporaryDirectory(prefix="fenghuo-picture-", ignore_cleanup_errors=True) as folder:
                place = Path(folder)
                (place / "page.html").write_text(html, encoding="utf-8")
                await _run(_command(program, place), place)
                return _read(place / "picture.png")


def _read(made: Path) -> bytes:
    try:
        if made.stat().st_size > MOST_PICTURE:
            raise Unpictured(NoPicture.TOO_LARGE)
        picture = made.read_bytes()
    except OSError as error:
        raise Unpictured(NoPicture.FAILED) from error
    if not picture.startswith(_PNG):
        raise Unpictured(NoPicture.FAILED)
    return picture


def _command(program: str, place: Path) -> list[str]:
    flags = [
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--disable-breakpad",
        "--disable-domain-reliability",
        "--no-first-run",
        "--no-pings",
        "--hide-scrollbars",
        "--mute-audio",
        "--renderer-process-limit=1",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--force-device-scale-factor={SCALE}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--proxy-server={_NOWHERE}",
        "--proxy-bypass-list=<-loopback>",
        f"--user-data-dir={place / 'profile'}",
        f"--screenshot={place / 'picture.png'}",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # it can't be had by root; the page's policy and the flags above stand alone then
    return [program, *flags, (place / "page.html").as_uri()]


async def _run(command: list[str], place: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "FONTCONFIG_PATH") if name in os.environ}
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**kept, "HOME": str(place)},
            start_new_session=True,
        )
    except OSError as error:
        raise Unpictured(NoPicture.FAILED) from error
    try:
        async with asyncio.timeout(PATIENCE_S):
            while process.returncode is None:
                if _memory(process.pid) > MOST_MEMORY:
                    raise Unpictured(NoPicture.TOO_LARGE)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _LOOK_EVERY_S)
    except TimeoutError as error:
        raise Unpictured(NoPicture.TOO_SLOW) from error
    finally:
        _end(process.pid)
        await process.wait()


def _end(group: int) -> None:
    """End what is left of the one process group that was started here."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _memory(group: int) -> int:
    """Bytes that the processes of a group hold; 0 where the system does not say."""
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(fields[1]) * page for fields in _of_group(group))


def _of_group(group: int) -> Iterator[list[str]]:
    """/proc/PID/statm of each process of a group."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(folder.name)) == group:
                yield (folder / "statm").read_text().split()
