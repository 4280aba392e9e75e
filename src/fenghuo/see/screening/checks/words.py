"""Words of illegal promotion in a text, by the pack of words in force."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fenghuo.see.screening.content import registry

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])[\s·•*_~^]+(?=[\u4e00-\u9fff])")
_SENTENCES = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a text promotes: words that are enough alone, and words that are not; class of each."""

    strong: Mapping[str, str]
    weak: Mapping[str, str]

    @property
    def sure(self) -> bool:
        """Whether the text promotes something illegal: one strong word, or two weak ones of a class."""
        classes = list(self.weak.values())
        return bool(self.strong) or any(classes.count(name) > 1 for name in classes)

    @property
    def any(self) -> bool:
        """Whether there is as much as a hint; enough only where something else is odd already."""
        return bool(self.strong or self.weak)

    @property
    def shown(self) -> str:
        """Classes and words for evidence."""
        words = {**self.weak, **self.strong}
        return ", ".join(f"{word} ({name})" for word, name in sorted(words.items())[:5])


NOTHING = Promotion({}, {})


@dataclass(frozen=True, slots=True)
class _Words:
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    legitimate: re.Pattern[str]
    warning: re.Pattern[str]
    classes: Mapping[str, str]


@registry.cached(8192)
def promotion(text: str) -> Promotion:
    """What a short text (a title, the words of a link) promotes; nothing where it warns of what it names."""
    words = _words()
    strong: dict[str, str] = {}
    weak: dict[str, str] = {}
    for sentence in _SENTENCES.split(plain(text)[:20_000]):
        if words.warning.search(sentence):
            continue
        rest = words.legitimate.sub(" ", sentence)
        strong |= {word: words.classes[word] for word in words.strong.findall(rest)}
        weak |= {word: words.classes[word] for word in words.weak.findall(rest)}
    return Promotion(strong, weak) if strong or weak else NOTHING


def warns(text: str) -> bool:
    """Whether a text warns of something illegal instead of promoting it."""
    return bool(_words().warning.search(plain(text)))


def plain(text: str) -> str:
    """A text as words are compared: one width, lower case, no invisible characters, no space between Chinese characters."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).lower()
    return _BETWEEN_CHINESE.sub("", text)


@registry.cached()
def _words() -> _Words:
    data = registry.file("dark-link-words", "words.toml")
    classes = {
        plain(word): each["name"]
        for strength in ("weak", "strong")
        for each in data["classes"]
        for word in each[strength]
    }
    return _Words(
        strong=_any_of(word for each in data["classes"] for word in each["strong"]),
        weak=_any_of(word for each in data["classes"] for word in each["weak"]),
        legitimate=_any_of(data["legitimate"]),
        warning=_any_of(data["warning"]),
        classes=classes,
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Longest first; words of Latin letters only as whole words, since "slot" is in "timeslot"."""
    patterns = []
    for word in sorted({plain(word) for word in words}, key=lambda w: (-len(w), w)):
        before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", word) else ""
        after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]\Z", word) else ""
        patterns.append(before + re.escape(word) + after)
    return re.compile("|".join(patterns))
