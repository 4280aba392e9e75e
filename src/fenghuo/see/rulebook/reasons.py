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
    gettext_noop("correlation rules are not supported yet"),
    gettext_noop("'action' is not part of Sigma 2; write each rule whole"),
    gettext_noop("{name} is missing"),
    gettext_noop("level {value} is not one of {levels}"),
    gettext_noop("'fenghuo' is a map with threat_class and harm"),
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
