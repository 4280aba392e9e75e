"""Which rules a correlation refers to, which fields they must carry, and which of them stay silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fenghuo.see.detection.correlation.model import Correlation, Draft, Kind, Known, Position, RuleKey
from fenghuo.see.detection.correlation.reading import ASKED_FOR, REGISTERED_DOMAIN
from fenghuo.see.detection.rule import Refusal

DEEPEST = 10
ENVELOPE = (
    *("@@asset", "@@unit_id", "@@source_id", "@@peer", "@@src_ip", "@@dst_ip", "@@domain", "@@url", "@@hash"),
    REGISTERED_DOMAIN,
)
"""Fields that every hit has, whatever its log source; an extension of ours."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What came of the drafts.

    Attributes:
        correlations: by level in the chain, then id.
        carried: rule → fields that its hits must carry.
        quiet: rules whose hits raise nothing by themselves.
        passing: those of them whose hits are counted in passing, because every correlation that refers to them says so.
    """

    correlations: tuple[Correlation, ...]
    refused: tuple[Refusal, ...]
    carried: Mapping[RuleKey, tuple[str, ...]] = field(default_factory=dict)
    quiet: frozenset[RuleKey] = frozenset()
    passing: frozenset[RuleKey] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference can mean; `path` tells which file, "" where it is not at hand."""

    known: Known
    path: str
    draft: Draft | None = None
    off: bool = False

    @property
    def key(self) -> RuleKey:
        """(pack, id)."""
        return self.known.pack, self.known.id


class _Unresolved(Exception):
    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


def resolve(drafts: Sequence[Draft], rules: Iterable[Named]) -> Resolved:
    """Correlations of these drafts over these rules; a draft whose words can't be resolved is refused."""
    own = [Named(Known(d.pack, d.id, d.name, d.title), d.path, d) for d in drafts]
    book = _Book([*rules, *own])
    found: dict[RuleKey, Correlation] = {}
    refused: list[Refusal] = []
    for draft in drafts:
        try:
            book.correlation(draft, ())
        except _Unresolved as error:
            line = draft.lines.get(error.part, draft.lines["correlation"])
            refused.append(Refusal(draft.path, line, draft.id, draft.title, str(error)))
    for correlation in book.done.values():
        found[correlation.key] = correlation
    ordered = sorted(found.values(), key=lambda c: (c.level_in_chain, c.draft.id, c.draft.pack))
    return _with_fields(ordered, refused)


class _Book:
    """Finds what words mean, and builds correlations from the bottom of their chains up."""

    def __init__(self, named: Sequence[Named]) -> None:
        self.done: dict[RuleKey, Correlation] = {}
        self._failed: dict[RuleKey, str] = {}
        self._by_id: dict[str, list[Named]] = {}
        self._by_name: dict[str, list[Named]] = {}
        self._by_title: dict[str, list[Named]] = {}
        for one in named:
            self._by_id.setdefault(one.known.id.lower(), []).append(one)
            if one.known.name:
                self._by_name.setdefault(one.known.name, []).append(one)
            self._by_title.setdefault(one.known.title.lower(), []).append(one)

    def correlation(self, draft: Draft, path: tuple[RuleKey, ...]) -> Correlation:
        """Build this one and what it refers to; `path` leads here from above."""
        key = (draft.pack, draft.id)
        if key in self.done:
            return self.done[key]
        if key in self._failed:
            raise _Unresolved("rules", self._failed[key])
        if key in path:
            raise _Unresolved("rules", "the correlations refer to each other in a circle")
        if len(path) > 10 * DEEPEST:
            raise _Unresolved("rules", f"correlations over correlations go deeper than {DEEPEST}")
        try:
            built = self._build(draft, (*path, key))
        except _Unresolved as error:
            self._failed[key] = str(error)
            raise
        self.done[key] = built
        return built

    def _build(self, draft: Draft, path: tuple[RuleKey, ...]) -> Correlation:
        meanings = [self._meaning(draft, ref) for ref in draft.refs]
        highest = 0
        for ref, meaning in zip(draft.refs, meanings, strict=True):
            for named in meaning:
                if named.draft is not None:
                    if draft.kind is Kind.NEW_VALUE:
                        raise _Unresolved("rules", f"new_value looks at rules, and {ref!r} is a correlation")
                    highest = max(highest, self._below(ref, named.draft, path))
        if highest >= DEEPEST:
            raise _Unresolved("rules", f"correlations over correlations go deeper than {DEEPEST}")
        return Correlation(draft, _positions(draft, meanings), highest + 1)

    def _below(self, ref: str, draft: Draft, path: tuple[RuleKey, ...]) -> int:
        try:
            return self.correlation(draft, path).level_in_chain
        except _Unresolved as error:
            raise _Unresolved("rules", f"{ref!r} can't be used: {error}") from error

    def _meaning(self, draft: Draft, ref: str) -> list[Named]:
        """Id before name before title; the same file before the same pack before all others."""
        for index, by_id in ((self._by_id, True), (self._by_name, False), (self._by_title, False)):
            found = index.get(ref if index is self._by_name else ref.lower(), [])
            in_pack = [n for n in found if n.known.pack == draft.pack]
            in_file = [n for n in in_pack if n.path == draft.path]
            nearest = in_file or in_pack or found
            if len(nearest) > 1 and not by_id:
                raise _Unresolved("rules", f"{ref!r} names {len(nearest)} rules; use an id")
            if nearest:
                return nearest
        raise _Unresolved("rules", f"there is no rule {ref!r}")


def _positions(draft: Draft, meanings: Sequence[Sequence[Named]]) -> tuple[Position, ...]:
    for alias, fields in draft.aliases.items():
        stray = next((r for r in fields if r not in draft.refs), None)
        if stray is not None:
            raise _Unresolved("aliases", f"alias {alias!r} speaks of {stray!r}, which is not in 'rules'")
    positions = []
    for ref, meaning in zip(draft.refs, meanings, strict=True):
        group = tuple(_field_of(draft, name, ref) for name in draft.group_by)
        value = tuple(_field_of(draft, name, ref) for name in draft.field)
        positions.append(Position(tuple(sorted({n.key for n in meaning if not n.off})), group, value))
    _check_words(draft.refs, positions)
    return tuple(positions)


def _check_words(refs: Sequence[str], positions: Sequence[Position]) -> None:
    """One rule under two names would wait for a second event that never counts."""
    words: dict[RuleKey, str] = {}
    for ref, position in zip(refs, positions, strict=True):
        for key in position.rules:
            other = words.setdefault(key, ref)
            if other != ref:
                raise _Unresolved("rules", f"{other!r} and {ref!r} are one rule")


def _field_of(draft: Draft, name: str, ref: str) -> str:
    fields = draft.aliases.get(name)
    if fields is None:
        if name.startswith("@@") and name not in ENVELOPE:
            raise _Unresolved("group-by", f"the envelope has no {name!r}, only {', '.join(ENVELOPE)}")
        return name
    if ref not in fields:
        raise _Unresolved("aliases", f"alias {name!r} names no field of {ref!r}")
    return fields[ref]


def _with_fields(ordered: Sequence[Correlation], refused: Sequence[Refusal]) -> Resolved:
    """From the top of the chains down: what each must carry, and who is silent."""
    correlations = {c.key: c for c in ordered}
    wanted: dict[RuleKey, set[str]] = {}
    users: dict[RuleKey, list[Correlation]] = {}
    done: list[Correlation] = []
    for plain in reversed(ordered):
        extra = tuple(sorted(wanted.get(plain.key, set()) - set(plain.draft.names)))
        positions = tuple(
            replace(p, extra=tuple(plain.draft.aliases.get(n, {}).get(ref, n) for n in extra))
            for p, ref in zip(plain.positions, plain.draft.refs, strict=True)
        )
        done.append(replace(plain, positions=positions, extra=extra, quiet=_is_quiet(plain.key, users)))
        for position in positions:
            for key in position.rules:
                wanted.setdefault(key, set()).update(position.group, position.value, position.extra)
                users.setdefault(key, []).append(plain)
    rules = [key for key in users if key not in correlations]
    quiet = frozenset(key for key in rules if _is_quiet(key, users))
    passing = _passing(users, quiet)
    return Resolved(
        tuple(replace(c, passing=c.draft.passing and _refers_to(c) <= passing) for c in reversed(done)),
        tuple(refused),
        {key: _carried(wanted[key]) for key in rules},
        quiet,
        passing,
    )


def _carried(wanted: set[str]) -> tuple[str, ...]:
    return tuple(sorted({ASKED_FOR if n == REGISTERED_DOMAIN else n for n in wanted if n not in ENVELOPE[:-1]}))


def _refers_to(correlation: Correlation) -> set[RuleKey]:
    return {key for position in correlation.positions for key in position.rules}


def _passing(users: Mapping[RuleKey, Sequence[Correlation]], quiet: frozenset[RuleKey]) -> frozenset[RuleKey]:
    """Rules that only correlations refer to which count in passing; of those, each must refer to such rules only."""
    found = quiet
    while True:
        left = frozenset(key for key in found if all(c.draft.passing and _refers_to(c) <= found for c in users[key]))
        if left == found:
            return found
        found = left


def _is_quiet(key: RuleKey, users: Mapping[RuleKey, Sequence[Correlation]]) -> bool:
    """Silent only where every user says so. No pack silences the rules of another, nor makes those loud that are silent in theirs by
    referring to them without a word.
    """
    own = users.get(key, [])
    return any(c.draft.pack == key[0] for c in own) and all(not c.draft.generate for c in own)
