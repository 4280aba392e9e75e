"""Words of the rules that we ship, in other languages than their own English: `texts.<language>.toml` beside each rule.

They are kept apart from the rule, so that a better translation makes no new rule: hits and evidence carry the rule's own
title, and readers see it in their language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from django.utils.translation import get_language

from fenghuo.see.rulebook.control import builtin_folder

OTHER_LANGUAGES = ("zh-hans",)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """What a rule says of itself, in one language."""

    title: str
    description: str
    falsepositives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    by_rule: Mapping[tuple[str, str], RuleTexts]
    by_title: Mapping[str, str]


def texts_of(pack: str, rule_id: str) -> RuleTexts | None:
    """The words of a shipped rule in the reader's language; None where the rule's own words are to be shown."""
    return _known(get_language() or "").by_rule.get((pack, rule_id))


def title_of(title: str) -> str:
    """A rule's title in the reader's language; as it is where it is not one of ours."""
    return _known(get_language() or "").by_title.get(title, title)


def titles_with(word: str) -> list[str]:
    """Own titles of the shipped rules whose title in another language holds this text."""
    wanted = word.casefold()
    return [
        own
        for language in OTHER_LANGUAGES
        for own, title in _known(language).by_title.items()
        if wanted in title.casefold()
    ]


@cache
def _known(language: str) -> _Known:
    by_rule: dict[tuple[str, str], RuleTexts] = {}
    by_title: dict[str, str] = {}
    if language in OTHER_LANGUAGES:
        for file in sorted(builtin_folder().glob(f"*/*/texts.{language}.toml")):
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            texts = RuleTexts(content["title"], content["description"], tuple(content.get("falsepositives", ())))
            rule = yaml.load(file.with_name("rule.yml").read_text(encoding="utf-8"), _Loader)  # noqa: S506 -- a safe loader
            by_rule[file.parent.parent.name, str(rule["id"])] = texts
            by_title[str(rule["title"])] = texts.title
    return _Known(by_rule, by_title)
