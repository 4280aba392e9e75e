"""Why the engine refuses a rule, in the reader's language.

The engine is pure and says its reasons in English; they are stored as evidence. Here they are recognised by their form. A
reason that is not known stays English: better than silence.
"""

import re
from collections.abc import Callable


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


_KNOWN = (
    gettext_noop("the file is larger than {limit} bytes"),
    gettext_noop("not readable as YAML: {problem}"),
    gettext_noop("a rule is a map of names to values"),
    gettext_noop("'action' is not part of Sigma 2; write each rule whole"),
    gettext_noop("{name} is missing"),
    gettext_noop("level {value} is not one of {levels}"),
    gettext_noop("'fenghuo' is a map with threat_class and harm"),
    gettext_noop("at_least {value} is not one of {levels}"),
    gettext_noop("a filter needs 'rules' (ids, titles, or any) and its selections"),
    gettext_noop("'logsource' is a map of product, category and service"),
    gettext_noop("'detection' is a map of selections and a condition"),
    gettext_noop("the rule has more than {limit} parts, aliases counted as often as they are used"),
    gettext_noop("{name} stands twice"),
    gettext_noop("{name} is no text to YAML; put it in quotes"),
    gettext_noop("{value} is not a valid ThreatClass"),
    gettext_noop("{value} is not a valid Harm"),
    gettext_noop("the map is empty"),
    gettext_noop("the list is empty"),
    gettext_noop("the item is empty"),
    gettext_noop("a value is a text, a number, true, false or null"),
    gettext_noop("modifier {name} is not known"),
    gettext_noop("modifier 'all' needs more than one value"),
    gettext_noop("modifier 'exists' needs true or false"),
    gettext_noop("null can't be combined with modifiers"),
    gettext_noop("modifier 're' must come first"),
    gettext_noop("modifiers i, m and s stand only after 're'"),
    gettext_noop("a placeholder is written %name%"),
    gettext_noop("placeholder {name} has no values; give them in a placeholder file"),
    gettext_noop("placeholders make more than {limit} values of {text}"),
    gettext_noop("the condition has more than {limit} ways to be met"),
    gettext_noop("modifier 'windash' must come before an encoding"),
    gettext_noop("modifier 'windash' on more than {limit} dashes makes too many values"),
    gettext_noop("modifier {name} can't take wildcards"),
    gettext_noop("regular expression {pattern} is not one of RE2: {problem}"),
    gettext_noop("{value} is not a network: {problem}"),
    gettext_noop("{value} is not a number"),
    gettext_noop("{value} is not a whole number"),
    gettext_noop("the condition is missing"),
    gettext_noop("aggregation in a condition is not part of Sigma 2; write a correlation rule"),
    gettext_noop("the condition goes on after its end: {word}"),
    gettext_noop("the condition ends too early"),
    gettext_noop("a parenthesis is not closed"),
    gettext_noop("the condition names {name}, which is not in the detection"),
    gettext_noop("{words} names nothing in the detection"),
    gettext_noop("the detection has no selection"),
    gettext_noop("this id stands in {path} already"),
    gettext_noop("the condition is nested deeper than {limit}"),
    gettext_noop("lists are nested deeper than {limit}"),
    gettext_noop("modifier {name} needs a field"),
    gettext_noop("{words} asks for {need} of {number}"),
    gettext_noop("a document is a rule or a correlation, not both"),
    gettext_noop("'correlation' is a map of type, rules, group-by, timespan and condition"),
    gettext_noop("{name} is no part of a correlation"),
    gettext_noop("{name} is no part of a condition"),
    gettext_noop("type {value} is not one of {kinds}"),
    gettext_noop("'rules' is missing: ids, names or titles of the rules that are correlated"),
    gettext_noop("a rule stands twice in 'rules'"),
    gettext_noop("{kind} needs two rules or more"),
    gettext_noop("timespan {value} is not a number and one of s, m, h, d, w, M, y"),
    gettext_noop("a timespan is longer than nothing and at most ten years"),
    gettext_noop("absence has no condition"),
    gettext_noop("the condition of new_value is 'field' and nothing else"),
    gettext_noop("{kind} has no 'learn'"),
    gettext_noop("'learn' is at most as long as the timespan"),
    gettext_noop("new_value looks at rules, and {name} is a correlation"),
    gettext_noop("'asset' {name} is none of the names of 'group-by'"),
    gettext_noop("'passing' is true or false"),
    gettext_noop("only value_count with gt or gte and new_value can be counted in passing"),
    gettext_noop("value_count in passing has a timespan of fifteen minutes at most"),
    gettext_noop("'condition' is a map such as gte: 10"),
    gettext_noop("the condition has none of {operators}"),
    gettext_noop("a condition is one comparison or a range such as gt: 100 with lte: 200"),
    gettext_noop("temporal_ordered means all of its rules; another number is not understood"),
    gettext_noop("{kind} needs 'field' in its condition"),
    gettext_noop("{kind} has no 'field'"),
    gettext_noop("{kind} takes one field"),
    gettext_noop("{kind} has no 'percentile'"),
    gettext_noop("value_percentile needs 'percentile' from 1 to 100 in its condition"),
    gettext_noop("{value} is no number to compare with"),
    gettext_noop("{value} is no number to compare with, or too large"),
    gettext_noop("{value} is no whole number from 0 to {limit}"),
    gettext_noop("'aliases' is a map of alias to a map of rule to field"),
    gettext_noop("'generate' is true or false"),
    gettext_noop("{name} is a name or a list of names"),
    gettext_noop("the correlations refer to each other in a circle"),
    gettext_noop("correlations over correlations go deeper than {limit}"),
    gettext_noop("{name} can't be used: {problem}"),
    gettext_noop("{name} names {number} rules; use an id"),
    gettext_noop("there is no rule {name}"),
    gettext_noop("alias {name} speaks of {rule}, which is not in 'rules'"),
    gettext_noop("{name} and {other} are one rule"),
    gettext_noop("the envelope has no {name}, only {names}"),
    gettext_noop("alias {name} names no field of {rule}"),
    gettext_noop("took {milliseconds} ms over one event"),
    gettext_noop("has too many texts with one beginning, which took too many comparisons over one event"),
)


def _form(message: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", message)
    parts = [f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces)]
    return re.compile("".join(parts), re.DOTALL)


_FORMS = sorted(((_form(message), message) for message in _KNOWN), key=lambda pair: -len(pair[1]))


def reason_text(reason: str, gettext: Callable[[str], str]) -> str:
    """The reason in the language of `gettext`; names of selections and fields before it stay as they are."""
    before = ""
    rest = reason
    while True:
        for form, message in _FORMS:
            found = form.fullmatch(rest)
            if found is not None:
                return before + gettext(message).format(**found.groupdict())
        name, colon, after = rest.partition(": ")
        if not colon:
            return reason
        before, rest = f"{before}{name}: ", after
