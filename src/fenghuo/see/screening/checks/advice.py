"""The words of a check: what is wrong, why it matters, what to do, how to see that it is done.

An advice file is Markdown with fixed headings:

    # Title of the check

    ## key, other-key: Title of the finding
    The risk in one sentence, for a leader.
    ### nginx
    Steps …
    ### self-test
    A command and what it should print.

    ## *
    ### nginx
    Steps for every outcome that has none under this heading.

Steps stand under the names of what they are for (`STEPS`); `self-test` is a heading of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en")
STEPS = ("nginx", "Apache", "IIS", "Tomcat", "DNS", "mail", "host", "code", "office")
SELF_TEST = "self-test"


class BadAdvice(Exception):
    """An advice file does not have the form that it must have; the text says which file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Advice:
    """The words for one outcome: `steps` is what-for → Markdown, in the order of the file."""

    check_title: str
    title: str
    risk: str
    steps: Mapping[str, str]
    self_test: str


def advice_of(check_id: str, outcome: str, language: str) -> Advice:
    """The words for an outcome; `language` is "zh" or "en".

    Raises:
        BadAdvice: the file lacks it.
    """
    found = all_advice(check_id, language)
    if outcome not in found:
        raise BadAdvice(f"{check_id}/advice.{language}.md: no section for {outcome}")
    return found[outcome]


@cache
def all_advice(check_id: str, language: str) -> Mapping[str, Advice]:
    """Outcome key → words, as the file has them."""
    folder = resources.files(__package__) / check_id.replace("-", "_")
    return parse((folder / f"advice.{language}.md").read_text(encoding="utf-8"), f"{check_id}/advice.{language}.md")


def parse(text: str, name: str) -> Mapping[str, Advice]:
    """The sections of an advice file.

    Raises:
        BadAdvice: a heading or a part is missing.
    """
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title = head.strip().removeprefix("#").strip()
    if not head.startswith("# ") or not title:
        raise BadAdvice(f"{name}: it must begin with '# ' and the check's title")
    shared: dict[str, str] = {}
    own: list[tuple[str, str, dict[str, str]]] = []
    for section in sections:
        heading, _, rest = section.partition("\n")
        risk, parts = _parts(rest, name)
        if heading.strip() == "*":
            shared = parts
        else:
            own.append((heading, risk, parts))
    made: dict[str, Advice] = {}
    for heading, risk, parts in own:
        keys, colon, finding = heading.partition(":")
        steps = {**shared, **parts}
        self_test = steps.pop(SELF_TEST, "")
        if not (colon and finding.strip() and risk and steps and self_test):
            raise BadAdvice(f"{name}: '## {heading}' needs 'key: title', a sentence of risk, steps and a self-test")
        for key in keys.split(","):
            made[key.strip()] = Advice(title, finding.strip(), risk, steps, self_test)
    return made


def _parts(text: str, name: str) -> tuple[str, dict[str, str]]:
    risk, *parts = re.split(r"^### ", text, flags=re.MULTILINE)
    found = {}
    for part in parts:
        heading, _, body = part.partition("\n")
        if heading.strip() not in (*STEPS, SELF_TEST):
            raise BadAdvice(f"{name}: '### {heading.strip()}' is none of {', '.join((*STEPS, SELF_TEST))}")
        found[heading.strip()] = body.strip()
    return " ".join(risk.split()), found
