"""Events that nearly meet a rule: made of its own words, changed by chance."""

import random
from collections.abc import Iterator, Sequence

from fenghuo.see.detection import Rule
from fenghuo.see.detection.ast import AllOf, AnyOf, FieldNode, ItemNode, KeywordNode
from fenghuo.see.detection.modifiers import ItemTests
from fenghuo.see.detection.strings import StringTest, Wild
from fenghuo.see.events import Event, Scalar, Value

_PIECES = [
    "",
    " ",
    "x",
    "-",
    "\\",
    "C:\\Windows\\",
    "网站",
    "Ｆｕｌｌ",
    "ß",
    "İ",
    "K",
    "ſ",
    "é",
    "\n",
    "%00",
    "😀",
    "0",
    "A" * 40,
]
_ODD: list[Value] = [
    None,
    "",
    "-",
    "0",
    "4624",
    "10.1.2.3",
    "fe80::1",
    "LOCAL",
    "true",
    [],
    [None],
    ["a", None],
    ["x", "y"],
]


def nearly(rule: Rule, chance: random.Random) -> Event:
    """An event of the rule's log source that has about what the rule asks for."""
    fields: dict[str, Value] = {}
    for detection in (rule.detection, *rule.filters):
        for name, node in detection.items.items():
            if chance.random() < (0.25 if "filter" in name else 0.92):
                _fill(node, fields, chance)
    for name in list(fields):
        _change(name, fields, chance)
    for name in chance.sample(["User", "Company", "EventID", "Computer"], 2):
        fields.setdefault(name, chance.choice(_ODD))
    names = list(fields)
    chance.shuffle(names)
    source = rule.logsource
    return Event({n: fields[n] for n in names}, source.product or "windows", source.category, source.service)


def _fill(node: ItemNode, fields: dict[str, Value], chance: random.Random) -> None:
    if isinstance(node, AllOf):
        for part in node.parts:
            _fill(part, fields, chance)
    elif isinstance(node, AnyOf):
        _fill(chance.choice(node.parts), fields, chance)
    elif isinstance(node, KeywordNode):
        fields.setdefault("message", " ".join(_texts(node.tests, chance)))
    elif isinstance(node, FieldNode):
        if node.tests.exists is False or (node.tests.nulls and chance.random() < 0.5):
            if node.tests.nulls:
                fields[node.field] = None
            return
        for ref in node.tests.refs:
            fields.setdefault(ref.field, "Some Value")
            fields[node.field] = str(fields[ref.field]).swapcase()
        text = "".join(_texts(node.tests, chance))
        held = fields.get(node.field)
        fields[node.field] = f"{held}{text}" if isinstance(held, str) and text not in held else text or held or "x"


def _texts(tests: ItemTests, chance: random.Random) -> Iterator[str]:
    wanted = tests.tests if tests.every else [chance.choice(tests.tests)] if tests.tests else []
    for alternatives in wanted:
        test = chance.choice(alternatives)
        if isinstance(test, StringTest):
            parts = (
                chance.choice(_PIECES) if p is Wild.STAR else "q" if isinstance(p, Wild) else p for p in test.parts
            )
            yield "".join(parts)
        else:
            yield test.pattern.split("/")[0].replace("\\", "").removeprefix("gt ").removeprefix("lt ")


def _change(name: str, fields: dict[str, Value], chance: random.Random) -> None:
    value, luck = fields[name], chance.random()
    if luck < 0.04:
        del fields[name]
    elif luck < 0.08:
        fields[name] = chance.choice(_ODD)
    elif isinstance(value, str):
        if luck < 0.3:
            value = value.swapcase() if luck < 0.2 else value.upper()
        if luck > 0.9 and value:
            at = chance.randrange(len(value))
            value = value[:at] + chance.choice(_PIECES) + value[at + 1 :]
        elif luck > 0.8:
            value = chance.choice(_PIECES) + value + chance.choice(_PIECES)
        scalar: Scalar = int(value) if luck > 0.5 and value.isascii() and value.isdigit() and len(value) < 12 else value
        fields[name] = ["other", scalar, None] if luck < 0.12 else scalar


def mutated(event: Event, others: Sequence[Event], words: Sequence[str], chance: random.Random) -> Event:
    """A real event changed by chance: values of other events, words of rules, letters, what is no text; sometimes not at all."""
    fields = dict(event.fields)
    for name in chance.sample(list(fields), min(len(fields), chance.randrange(4))):
        value, other = fields[name], chance.choice(others).fields
        luck = chance.randrange(6)
        if luck == 0:
            fields[name] = other.get(name, chance.choice(list(other.values()) or [None]))
        elif luck == 1:
            place = chance.randrange(len(str(value)) + 1)
            fields[name] = str(value)[:place] + chance.choice(words) + str(value)[place:]
        elif luck == 2:
            fields[name] = chance.choice([chance.choice(words), [chance.choice(words), "x", None]])
        else:
            _change(name, fields, chance)
    if chance.random() < 0.3:
        moved = chance.choice(list(fields) or ["F"])
        fields[chance.choice(["CommandLine", "Image", "ParentImage", "TargetFilename", "User"])] = fields.get(moved)
    return Event(fields, event.product, event.category, event.service)
