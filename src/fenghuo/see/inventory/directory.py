"""Who sends: the directory that intake holds in memory. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from fenghuo.see.events import SourceStamp

UNKNOWN = SourceStamp()


@dataclass(frozen=True, slots=True)
class Directory:
    """Registered sources by what tells them apart.

    Attributes:
        version: of the tables it was read from.
        by_token: hex SHA-256 of the token → stamp.
        by_file: path of a followed file → stamp.
        by_peer: address → (host name pattern, stamp), patterns before "" (which takes every name).
    """

    version: int = -1
    by_token: Mapping[str, SourceStamp] = field(default_factory=dict)
    by_peer: Mapping[str, Sequence[tuple[str, SourceStamp]]] = field(default_factory=dict)
    by_file: Mapping[str, SourceStamp] = field(default_factory=dict)

    def of_peer(self, peer: str, host: str) -> SourceStamp:
        """The source that sends from this address under this host name; `UNKNOWN` where none is registered."""
        for pattern, stamp in self.by_peer.get(peer, ()):
            if not pattern or fnmatchcase(host.lower(), pattern.lower()):
                return stamp
        return UNKNOWN
