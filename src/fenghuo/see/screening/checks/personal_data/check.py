"""Numbers of persons on pages and in documents that everybody can open. Masked numbers, and a few in a notice, are silent."""

from collections.abc import Callable, Iterator
from functools import partial

from fenghuo.see.screening.checks.base import Check, Finding, Judgement, Outcome, Severity
from fenghuo.see.screening.checks.gathering import gather, seen_pages, whole
from fenghuo.see.screening.checks.masks import masked
from fenghuo.see.screening.checks.personal_data.numbers import bank_cards, id_numbers, phones_of_persons
from fenghuo.see.screening.checks.personal_data.texts import texts_of
from fenghuo.see.screening.checks.places import place_of
from fenghuo.see.screening.facts import CheckClass, Facts, Page
from fenghuo.see.screening.facts.needs import HOME, PAGES

_LEAST_IDS, _LEAST_CARDS, _LEAST_PHONES = 5, 5, 20
_SHOWN = 3


def _look(facts: Facts, ask: Callable[[], Page]) -> Iterator[Finding]:
    page = ask()
    if not 200 <= page.status < 300:
        return
    if page.cut:
        # half a packed document can't be unpacked, and half a page may end before its list
        yield from _in_half(facts, page)
        return
    yield from _in_texts(facts, page, texts_of(page))


def _in_half(facts: Facts, page: Page) -> Iterator[Finding]:
    packed = page.body.startswith((b"PK\x03\x04", b"%PDF-"))
    found = [] if packed else list(_in_texts(facts, page, texts_of(page)))
    if not found:
        whole(page)
    yield from found


def _in_texts(facts: Facts, page: Page, texts: list[str]) -> Iterator[Finding]:
    # a link's address or a script has long numbers too: what is no ID number by its check digit is sought in what one sees
    ids = {number for text in texts for number in id_numbers(text, facts.at.date())}
    seen = texts[:1] if page.is_html else texts
    cards = {number for text in seen for number in bank_cards(text)}
    phones = {number for text in seen for number in phones_of_persons(text)}
    for outcome, numbers, least in (
        ("id-numbers", ids, _LEAST_IDS),
        ("bank-cards", cards, _LEAST_CARDS),
        ("phone-list", phones, _LEAST_PHONES),
    ):
        if len(numbers) >= least:
            some = ", ".join(sorted(numbers)[:_SHOWN])
            yield Finding(outcome, place_of(page.url), masked(f"{page.url}: {len(numbers)}: {some} …"))


def _judge(facts: Facts) -> Judgement:
    return gather(partial(_look, facts, ask) for ask in seen_pages(facts[HOME], facts[PAGES]))


CHECK = Check(
    id="personal-data",
    number=13,
    version=1,
    check_class=CheckClass.CONTENT,
    needs=(HOME, PAGES),
    outcomes=(
        Outcome("id-numbers", Severity.HIGH, 7),
        Outcome("bank-cards", Severity.HIGH, 7),
        Outcome("phone-list", Severity.MEDIUM, 30),
    ),
    rules=("pipl-51", "pipl-57", "dsl-27"),
    judge=_judge,
)
