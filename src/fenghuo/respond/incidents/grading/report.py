"""Both grades and the duties of a case, and the JSON line that tells them in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fenghuo.respond.incidents.grading.duties import DEFAULT_OPERATOR, Due, Duties, Duty, dues
from fenghuo.respond.incidents.grading.facts import Case
from fenghuo.respond.incidents.grading.rules import Graded, Missing, grade
from fenghuo.respond.incidents.grading.scales import Grade, Sureness, Value, grade_names, words
from fenghuo.respond.incidents.grading.shipped import Tables
from fenghuo.respond.incidents.grading.tables import Condition, Rule

CONFIRMED = {"zh": "已核实", "en": "confirmed"}
TO_CHECK = {"zh": "待核对", "en": "to be checked"}
_NO_RULE = {"zh": "未达到较大以上任何一项条件", "en": "none of the conditions of the graver grades is met"}
_NOT_YET = {
    "zh": "已知情况未达到较大以上条件；尚有未知情况，暂按一般",
    "en": "what is known meets none of the conditions of the graver grades; more is not known, general for the time being",
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """A case, graded twice, with its duties. `standard` is GB/T 20986, `annex` the one that starts the legal clocks."""

    case: Case
    standard: Graded
    annex: Graded
    dues: tuple[Due, ...]

    @property
    def reportable(self) -> bool:
        """Whether the reporting measures ask for a report: 较大 and above in the annex."""
        return self.annex.grade.rank >= Grade.RELATIVELY_MAJOR.rank


def assess(case: Case, tables: Tables) -> Assessment:
    """Grade a case under both tables and find its duties."""
    known = case.known()
    annex = grade(tables.annex, known)
    return Assessment(case, grade(tables.standard, known), annex, dues(case, annex.grade, tables.duties))


def as_line(found: Assessment, tables: Tables, language: str) -> dict[str, Any]:
    """What `fenghuo incidents grade` prints of a case; `language` is "zh" or "en". Codes are the same in both."""
    return {
        "id": found.case.id,
        "gbt_20986": _graded(found.standard, language),
        "report_measures": _graded(found.annex, language),
        "reportable": found.reportable,
        "addressees": [_due(due, tables.duties, language) for due in found.dues],
        "missing": [
            *_missing("report_measures", found.annex, language),
            *_missing("gbt_20986", found.standard, language),
        ],
        "assumed": list(_assumed(found.case, language)),
    }


def _graded(graded: Graded, language: str) -> dict[str, Any]:
    chosen = graded.rule
    return {
        "grade": graded.grade.value,
        "grade_zh": grade_names()[graded.grade]["zh"],
        "grade_text": grade_names()[graded.grade][language],
        "level": graded.grade.level,
        "rule": chosen.id if chosen else "none",
        "rule_text": rule_text(chosen, language) if chosen else (_NOT_YET if graded.missing else _NO_RULE)[language],
        "when": {c.fact: c.least for c in chosen.conditions} if chosen else {},
        "also": [rule.id for rule in graded.also],
        "source": graded.table.sources[language],
        "article": chosen.article if chosen else "",
        "table": f"{graded.table.name} {graded.table.version}",
        "proposal": bool(chosen and chosen.proposal),
        **sureness_of(graded.confirmed, chosen.sureness if chosen else None, language),
    }


def sureness_of(confirmed: bool, mark: Sureness | None, language: str) -> dict[str, Any]:
    """How sure something is: a code, its word, and the mark of its cell."""
    return {
        "sureness": "confirmed" if confirmed else "to-check",
        "sureness_text": (CONFIRMED if confirmed else TO_CHECK)[language],
        "mark": mark.value if mark else "",
    }


def rule_text(rule: Rule, language: str) -> str:
    """What a rule says, with its figures."""
    joined = ("；" if language == "zh" else "; ").join(condition_text(c, language) for c in rule.conditions)
    return f"{rule.names[language]}{'：' if language == 'zh' else ': '}{joined}"


def condition_text(condition: Condition, language: str) -> str:
    """What a condition asks for, e.g. "time out of service ≥ 120 minutes"."""
    known = words()[condition.fact]
    sign = "=" if condition.fact == "operator" or isinstance(condition.least, bool) else "≥"
    return f"{known.names[language]} {sign} {value_text(condition.fact, condition.least, language)}"


def value_text(fact: str, value: Value, language: str) -> str:
    """A value of a fact with its unit, in words."""
    known = words()[fact]
    if known.values:
        return known.values[str(value)][language]
    if known.most == 1:
        return f"{float(value):.0%}"
    number, unit = _number(value, language), known.units.get(language, "")
    return f"{number}{unit}" if number.endswith(("万", "亿")) else f"{number} {unit}".strip()


def _number(value: Value, language: str) -> str:
    """A number as one reads it: 1,000,000; in Chinese 100 万 where that is exact."""
    if isinstance(value, bool | str) or (isinstance(value, float) and not value.is_integer()):
        return str(value)
    whole = int(value)
    for size, word in ((100_000_000, "亿"), (10_000, "万")):
        if language == "zh" and whole >= size and whole % size == 0:
            return f"{whole // size:,} {word}"
    return f"{whole:,}"


def _due(due: Due, duties: Duties, language: str) -> dict[str, Any]:
    duty = due.duty
    return {
        "duty": duty.key,
        "from": duty.sender,
        "from_text": duties.parties[duty.sender][language],
        "to": due.receiver,
        "to_text": duties.parties[due.receiver][language],
        "within_minutes": duty.minutes,
        "within_days": duty.days,
        "limit_text": limit_text(duty, language),
        "counted_from": duty.counted_from.value,
        "after": duty.after,
        "due_at": due.due_at.isoformat() if due.due_at else None,
        "source": duty.sources[language],
        "article": duty.article,
        "proposal": duty.proposal,
        **sureness_of(duty.confirmed, duty.sureness, language),
    }


def limit_text(duty: Duty, language: str) -> str:
    """How long a duty leaves, in words."""
    if duty.minutes is not None and duty.minutes % 60 == 0:
        return f"{duty.minutes // 60} " + ("小时内" if language == "zh" else "h")
    if duty.minutes is not None:
        return f"{duty.minutes} " + ("分钟内" if language == "zh" else "min")
    if duty.days is not None:
        return f"{duty.days} " + ("日内" if language == "zh" else "days")
    return duty.limit_names.get(language, "")


def _missing(grading: str, graded: Graded, language: str) -> Iterable[dict[str, Any]]:
    """One row a field; the parts of a field (home, other) are named in it."""
    rows: dict[str, list[Missing]] = {}
    for missing in graded.missing:
        rows.setdefault(missing.fact.partition(".")[0], []).append(missing)
    for field, parts in rows.items():
        gravest = max(parts, key=lambda m: (m.could_become.rank, -len(m.together_with)))
        yield {
            "field": field,
            "parts": [m.fact.partition(".")[2] for m in parts if "." in m.fact],
            "text": words()[gravest.fact].names[language],
            "grading": grading,
            "could_become": gravest.could_become.value,
            "could_become_zh": grade_names()[gravest.could_become]["zh"],
            "rule": gravest.rule.id,
            "together_with": list(gravest.together_with),
        }


_ASSUMED: Mapping[str, Mapping[str, str]] = {
    "population_share": {
        "zh": '未说明是省级还是地市级的人口比例，两者都按此比例判断；可写成 {"prefecture": 0.3}',
        "en": 'it is not said whether the share is of a province or a prefecture; both are taken; write {"prefecture": 0.3}',
    },
    "operator": {
        "zh": "未说明运营者类型，按其他网络运营者计算时限；涉及关键信息基础设施的为 1 小时",
        "en": "the kind of operator is not said; clocks are those of other operators; critical infrastructure has 1 hour",
    },
    "county_knew_at": {
        "zh": "未说明县网信办获知时间，按发现时间起算",
        "en": "it is not said when the county office learned of it; counted from discovery",
    },
    "discovered_at": {
        "zh": "未说明发现或获知时间，无法计算截止时间",
        "en": "the moment of discovery is not said; no due time can be computed",
    },
}


def _assumed(case: Case, language: str) -> Iterable[dict[str, str]]:
    names = list(case.assumed)
    if case.operator is None:
        names.append("operator")
    if case.discovered_at is None:
        names.append("discovered_at")
    elif case.county_knew_at is None:
        names.append("county_knew_at")
    for name in names:
        as_value = {"operator": DEFAULT_OPERATOR, "county_knew_at": "discovered_at"}.get(name, "")
        yield {"field": name, "as": as_value, "text": _ASSUMED[name][language]}
