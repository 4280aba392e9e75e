"""Who sends: the directory of sources, kept fresh, and the token of a request."""

import asyncio
import base64
import binascii
import logging
import time
from collections.abc import Iterable

from fenghuo.base.common.ids import token_hash
from fenghuo.see.events import SourceStamp
from fenghuo.see.inventory import queries
from fenghuo.see.inventory.directory import UNKNOWN, Directory

log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.3
_TROUBLE_PAUSE_S = 1.0


class Senders:
    """The directory in memory; looked at anew a few times a second, and at once for who is not in it: a source that was
    just registered counts from its first line on."""

    def __init__(self) -> None:
        self.directory = Directory()
        self._not_before = 0.0
        self.load()

    def load(self) -> None:
        """Read the directory where it changed."""
        if queries.directory_version() != self.directory.version:
            self.directory = queries.directory()

    async def keep_fresh(self) -> None:
        """Look for changes until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Look for changes now; where the tables can't be read, the directory stays as it was."""
        if time.monotonic() < self._not_before:
            return
        try:
            await asyncio.to_thread(self._load_in_thread)
        except Exception:
            self._not_before = time.monotonic() + _TROUBLE_PAUSE_S
            log.exception("the directory of sources could not be read; going on with the one in memory")

    def _load_in_thread(self) -> None:
        from django.db import close_old_connections

        close_old_connections()
        self.load()

    async def of_peers(self, senders: Iterable[tuple[str, str]]) -> list[SourceStamp]:
        """The source of each (address, host name in the line), `UNKNOWN` where none is registered.

        One look a call, so that strangers cost no more than one short query for each group that is stored together.
        """
        asked = list(senders)
        found = [self.directory.of_peer(peer, host) for peer, host in asked]
        if UNKNOWN in found:
            await self.look()
            found = [self.directory.of_peer(peer, host) for peer, host in asked]
        return found

    async def of_token(self, token: str) -> SourceStamp | None:
        """The source that has this token, None where there is none."""
        if not token:
            return None
        digest = token_hash(token)
        found = self.directory.by_token.get(digest)
        if found is None and token.startswith("fhs_"):
            await self.look()
            found = self.directory.by_token.get(digest)
        return found


def token_of(headers: dict[bytes, bytes]) -> str:
    """The token of a request: `Authorization: Bearer|Splunk|ApiKey TOKEN`, Basic with the token as password, or
    `X-Fenghuo-Token`; "" where none is given."""
    own = headers.get(b"x-fenghuo-token", b"").decode("latin-1")
    if own:
        return own
    scheme, _space, rest = headers.get(b"authorization", b"").decode("latin-1").strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() in {"bearer", "splunk"}:
        return rest
    if scheme.lower() in {"basic", "apikey"}:
        if rest.startswith("fhs_"):
            return rest
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
