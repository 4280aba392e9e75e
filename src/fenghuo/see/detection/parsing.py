"""What the rule files say, out of the store where the same file was read before."""

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import orjson

from fenghuo.see.detection.parser import parse_source
from fenghuo.see.detection.rule import RuleSource
from fenghuo.see.detection.rule_codec import Parsed, Reader, encode
from fenghuo.see.detection.store import Store
from fenghuo.see.detection.version import engine_version

_KIND = "rules-"
_LOOKED_INTO = 4
"""So many earlier sets are looked into where a set of files is new: of most, one file was changed."""

Source = tuple[bytes, list[Parsed]]
"""Digest of a file, with its path, pack and the placeholders; and its documents."""


def parse_all(
    sources: Iterable[RuleSource], placeholders: Mapping[str, Sequence[str]], store: Store | None
) -> list[Source]:
    """Every file, in order."""
    with _collector_at_rest():
        return _parse_all(sources, placeholders, store)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rules are hundreds of thousands of objects that all stay: looking for rubbish among them again and again takes half of the time."""
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def _parse_all(
    sources: Iterable[RuleSource], placeholders: Mapping[str, Sequence[str]], store: Store | None
) -> list[Source]:
    if store is None:
        return [(b"", list(parse_source(source, placeholders))) for source in sources]
    wanted = list(sources)
    digests = _digests(wanted, placeholders)
    name = _KIND + hashlib.sha256(b"".join(digests)).hexdigest()
    known = _known(store, name, {digest.hex() for digest in digests})
    reader = Reader()
    found: list[Source] = []
    fresh: dict[str, list[list[object]]] = {}
    for source, digest in zip(wanted, digests, strict=True):
        key = digest.hex()
        if key in known:
            found.append((digest, [reader.read(document) for document in known[key]]))
        else:
            documents = list(parse_source(source, placeholders))
            fresh[key] = [encode(document) for document in documents]
            found.append((digest, documents))
    if fresh:
        _keep(store, name, known | fresh)
    return found


def _digests(sources: Sequence[RuleSource], placeholders: Mapping[str, Sequence[str]]) -> list[bytes]:
    words = sorted((name, list(values)) for name, values in placeholders.items())
    basis = hashlib.sha256(engine_version() + repr(words).encode(errors="surrogatepass"))
    found = []
    for source in sources:
        digest = basis.copy()
        for text in (source.path, source.pack, source.text):
            data = text.encode(errors="surrogatepass")
            digest.update(len(data).to_bytes(8, "little") + data)
        found.append(digest.digest())
    return found


def _known(store: Store, name: str, keys: set[str]) -> dict[str, list[list[object]]]:
    """What is kept of these files."""
    names = [name, *(other for other in store.latest(_KIND)[:_LOOKED_INTO] if other != name)]
    known: dict[str, list[list[object]]] = {}
    for one in names:
        content = store.get(one)
        if content is not None:
            kept = orjson.loads(content)
            known |= {key: kept[key] for key in keys & kept.keys()}
        if len(known) == len(keys):
            break
    return known


def _keep(store: Store, name: str, documents: Mapping[str, list[list[object]]]) -> None:
    pieces = []
    for key, found in documents.items():
        try:
            pieces.append(b'"%b":%b' % (key.encode(), orjson.dumps(found)))
        except TypeError:  # a text that is no Unicode, or a number beyond 64 bits: read from YAML each time
            continue
    store.put(name, b"{" + b",".join(pieces) + b"}")
