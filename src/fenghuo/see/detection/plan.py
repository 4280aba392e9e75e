"""A plan: the programs of all rules about one kind of event, in the tables that the kernels read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fenghuo.see.detection.later import LaterTexts, later_texts
from fenghuo.see.detection.program import ANY_FIELD, ASKED, NO, YES, Predicate, Program, Refers, Texts
from fenghuo.see.detection.strings import Place
from fenghuo.see.detection.tables import Background, FieldTables, build_tables

Ints = npt.NDArray[np.int32]
Numbered = dict[tuple[Place, str], list[int]]
"""Texts with the numbers of the predicates that they make true."""


_MOST_TOLD_EARLY = 1000
"""Each costs microseconds for every batch, however small, and whoever asks the others is held to the clock."""
_OFTEN = 0.5
"""What programs ask for that are run for more rows than this is better told by scanning."""
_FEW_TEXTS = 8


class ProgramTables(NamedTuple):
    """Programs one behind the other. A test is a row: predicate, where to go on if it is true, where if not (-1 and -2 are the answers),
    and the number of the predicate among those that have to be asked, -1 for another.

    `watchers[watcher_ptr[p]:watcher_ptr[p + 1]]` are the rules to run where predicate p is true, `always` those to run for each row.
    """

    starts: Ints
    tests: Ints
    watcher_ptr: Ints
    watchers: Ints
    always: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What to do with events that these rules are about.

    Attributes:
        rules: number of each rule among all rules of the set; the kernels count them from 0.
        lengths: how many tests the program of each rule has.
        predicate_count: how many predicates there are.
        programs: see `ProgramTables`.
        fields: field → tables of its texts and those looked for in every value.
        everywhere: tables of the texts that are looked for in every value, for the other fields; None where there are none.
        later_field: the field of which some texts are looked for later; "" where there is none.
        later: these texts; `sparse` are the tables of the field without them, and `at_once` says that nothing is told later.
        given_up: for each predicate, 1 once its texts cost too much to look for.
        extras: predicates that are no texts and cheap to tell, with their numbers.
        asked: predicates that are costly to tell, as `programs.tests` counts them.
        told_early: numbers of those that nearly every row would ask for, of which much can be told for all rows at once.
    """

    rules: Ints
    lengths: Ints
    predicate_count: int
    programs: ProgramTables
    fields: dict[str, FieldTables]
    everywhere: FieldTables | None
    later_field: str
    later: LaterTexts
    at_once: LaterTexts
    sparse: FieldTables | None
    given_up: npt.NDArray[np.uint8]
    extras: Sequence[tuple[Predicate, int]]
    asked: Sequence[Predicate]
    told_early: Sequence[int]

    def rules_given_up(self) -> Ints:
        """Rules that can't be decided any more, because a predicate of theirs was given up."""
        owners = np.repeat(self.rules, self.lengths)
        return np.unique(owners[self.given_up[self.programs.tests[:, 0]] == 1])


def make_plan(rules: Sequence[int], programs: Sequence[Program], background: Background) -> Plan:
    """The plan for these rules, of which each has its program."""
    numbers: dict[Predicate, int] = {}
    for program in programs:
        for predicate, _, _ in program.tests:
            numbers.setdefault(predicate, len(numbers))
        for predicate in program.witnesses or ():
            numbers.setdefault(predicate, len(numbers))
    asked = [predicate for predicate in numbers if isinstance(predicate, ASKED)]
    often = {predicate for p in programs if _is_common(p) for predicate, _, _ in p.tests}
    texts = _texts_by_field(numbers)
    everywhere = texts.pop(ANY_FIELD, {})
    given_up = np.zeros(max(1, len(numbers)), np.uint8)
    later_field, later = _later(programs, numbers)
    return Plan(
        rules=np.array(rules, np.int32),
        lengths=_ints(len(program.tests) for program in programs),
        predicate_count=len(numbers),
        programs=_program_tables(programs, numbers, asked),
        fields={field: build_tables(_merged(own, everywhere), background, given_up) for field, own in texts.items()},
        everywhere=build_tables(everywhere, background, given_up) if everywhere else None,
        later_field=later_field,
        later=later_texts(len(numbers), later),
        at_once=later_texts(len(numbers), {}),
        sparse=build_tables(_merged(_without(texts[later_field], later), everywhere), background, given_up)
        if later_field
        else None,
        given_up=given_up,
        extras=[(p, n) for p, n in numbers.items() if not isinstance(p, (Texts, *ASKED))],
        asked=asked,
        told_early=[n for n, p in enumerate(asked) if isinstance(p, Refers) or p in often][:_MOST_TOLD_EARLY],
    )


def _is_common(program: Program) -> bool:
    """Whether nearly every row has a witness."""
    return program.witnesses is None or any(not isinstance(predicate, Texts) for predicate in program.witnesses)


def _later(
    programs: Sequence[Program], numbers: Mapping[Predicate, int]
) -> tuple[str, dict[int, Sequence[tuple[Place, str]]]]:
    """The field of which most texts may be looked for later, and these by the number of their predicate."""
    at_once: set[Predicate] = {predicate for program in programs for predicate in program.witnesses or ()}
    at_once.update(predicate for program in programs if program.share >= _OFTEN for predicate, _, _ in program.tests)
    found: dict[str, dict[int, Sequence[tuple[Place, str]]]] = defaultdict(dict)
    for predicate, number in numbers.items():
        if isinstance(predicate, Texts) and len(predicate.texts) <= _FEW_TEXTS and predicate not in at_once:
            found[predicate.field][number] = predicate.texts
    found.pop(ANY_FIELD, None)
    return max(found.items(), key=lambda item: len(item[1]), default=("", {}))


def _without(texts: Numbered, later: Collection[int]) -> Numbered:
    """Texts without predicates that are told later."""
    left = {text: [number for number in found if number not in later] for text, found in texts.items()}
    return {text: found for text, found in left.items() if found}


def _merged(own: Numbered, everywhere: Numbered) -> Numbered:
    return {text: [*own.get(text, ()), *everywhere.get(text, ())] for text in own | everywhere}


def _texts_by_field(numbers: dict[Predicate, int]) -> dict[str, Numbered]:
    found: dict[str, Numbered] = defaultdict(lambda: defaultdict(list))
    for predicate, number in numbers.items():
        if isinstance(predicate, Texts):
            for text in predicate.texts:
                found[predicate.field][text].append(number)
    return found


def _program_tables(
    programs: Sequence[Program], numbers: dict[Predicate, int], asked: Sequence[Predicate]
) -> ProgramTables:
    starts: list[int] = []
    places = {predicate: place for place, predicate in enumerate(asked)}
    tests: list[tuple[int, int, int, int]] = []
    watchers: dict[int, list[int]] = defaultdict(list)
    always = []
    for rule, program in enumerate(programs):
        base = len(tests)
        starts.append(_moved(program.start, base))
        for predicate, if_true, if_false in program.tests:
            ways = _moved(if_true, base), _moved(if_false, base)
            tests.append((numbers[predicate], *ways, places.get(predicate, -1)))
        if program.witnesses is None:
            always.append(rule)
        for predicate in program.witnesses or ():
            watchers[numbers[predicate]].append(rule)
    lengths = [len(watchers[n]) for n in range(len(numbers))]
    flat = [rule for n in range(len(numbers)) for rule in watchers[n]]
    pointers = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    rows = np.array(tests, np.int32).reshape(-1, 4)
    return ProgramTables(_ints(starts), rows, _ints(pointers), _ints(flat), _ints(always))


def _moved(target: int, base: int) -> int:
    return target if target in {YES, NO} else target + base


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int32)
