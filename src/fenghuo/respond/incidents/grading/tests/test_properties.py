"""What holds for any facts: more harm never lowers a grade, the unknown never raises it, and what is missing is what trying finds."""

from collections.abc import Mapping
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenghuo.respond.incidents.grading import Grade, Table, grade, shipped
from fenghuo.respond.incidents.grading.scales import EXACT, Value, degree, words

TABLES = (shipped().annex, shipped().standard)
FACTS = sorted({c.fact for table in TABLES for rule in table.rules for c in rule.conditions})
FIGURES = {
    fact: sorted({float(c.least) for t in TABLES for r in t.rules for c in r.conditions if c.fact == fact})
    for fact in FACTS
    if not words()[fact].values
}


def values_of(fact: str) -> st.SearchStrategy[Value]:
    known = list(words()[fact].values)
    if known:
        return st.sampled_from(known)
    top = words()[fact].most
    near = [v for f in FIGURES[fact] for v in (f * 0.999, f, f * 1.001) if v <= top]
    return st.one_of(st.sampled_from(near), st.floats(0, min(top, 2e8)))


facts = st.fixed_dictionaries({}, optional={fact: values_of(fact) for fact in FACTS})


@given(facts, st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_more_harm_never_lowers_a_grade(known: dict[str, Value], data: st.DataObject) -> None:
    graver = dict(known)
    for fact, value in known.items():
        other = data.draw(values_of(fact))
        if fact not in EXACT and degree(fact, other) > degree(fact, value):
            graver[fact] = other
    for table in TABLES:
        assert grade(table, graver).grade.rank >= grade(table, known).grade.rank


@given(facts)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_not_known_never_raises_a_grade(known: dict[str, Value]) -> None:
    for table in TABLES:
        reached = grade(table, known).grade
        for fact in known:
            without = {name: value for name, value in known.items() if name != fact}
            assert grade(table, without).grade.rank <= reached.rank


def by_trying(table: Table, known: Mapping[str, Value]) -> dict[str, Grade]:
    """Fact → the gravest grade for which it is needed, found by putting in every worst value, alone and in pairs."""
    used = {c.fact for rule in table.rules for c in rule.conditions}
    worst = {f: list(words()[f].values)[-2:] or [FIGURES[f][-1]] for f in used if f not in known}
    reached = grade(table, known).grade.rank
    found: dict[str, Grade] = {}
    for size in (1, 2):
        for names in combinations(worst, size):
            for values in product(*(worst[name] for name in names)):
                _note_pivotal(table, known, dict(zip(names, values, strict=True)), reached, found)
    return found


def _note_pivotal(
    table: Table, known: Mapping[str, Value], tried: dict[str, Value], reached: int, found: dict[str, Grade]
) -> None:
    full = grade(table, {**known, **tried}).grade
    for fact in tried if full.rank > reached else ():
        rest = {name: value for name, value in tried.items() if name != fact}
        if full.rank > max(grade(table, {**known, **rest}).grade.rank, found.get(fact, Grade.GENERAL).rank):
            found[fact] = full


@given(facts)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_missing_facts_are_those_that_trying_finds(known: dict[str, Value]) -> None:
    for table in TABLES:
        told = {missing.fact: missing.could_become for missing in grade(table, known).missing}
        assert told == by_trying(table, known)


def test_nothing_known_is_general_and_names_every_fact() -> None:
    told = {missing.fact for table in TABLES for missing in grade(table, {}).missing}
    assert told == set(FACTS)
    assert all(grade(table, {}).grade is Grade.GENERAL for table in TABLES)


def test_nothing_is_missing_once_the_gravest_is_reached() -> None:
    assert not grade(shipped().annex, {"loss_yuan": 1e9}).missing


def test_what_else_is_needed_is_named() -> None:
    told = {m.fact: m.together_with for m in grade(shipped().annex, {"outage_minutes": 1500}).missing}
    assert told["portal_level"] == ()
    assert told["operator"] == ()
    assert "main_function_minutes" not in told, (
        "critical infrastructure that is down so long is of the gravest grade anyway"
    )
    shorter = {m.fact: m.together_with for m in grade(shipped().annex, {"outage_minutes": 5}).missing}
    assert shorter["main_function_minutes"] == ("operator",)
