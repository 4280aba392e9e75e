"""What pages ask of public documents."""

from decimal import Decimal

from django.db.models import QuerySet

from fenghuo.base.clocks.models import Deadline
from fenghuo.report.disclosure import Disclosure, from_json
from fenghuo.report.disclosure.checking import Finding, check
from fenghuo.report.disclosure.opendata import amounts
from fenghuo.report.publication.decide import Leaf, leaves
from fenghuo.report.publication.models import Publication, Release, Version

PUBLISH = "publish"


def publications() -> QuerySet[Publication]:
    """Every document, the youngest year first."""
    return Publication.objects.all()


def newest(publication: Publication) -> Version:
    """The version that is worked on."""
    found = publication.versions.first()
    assert found is not None, "a document begins with its first version"
    return found


def document(version: Version) -> Disclosure:
    """What a version states."""
    return from_json(version.data)


def findings(disclosure: Disclosure) -> tuple[Finding, ...]:
    """What the rules say of it."""
    return check(disclosure)


def released(publication: Publication) -> Release | None:
    """The latest release, None before the first."""
    return publication.releases.select_related("version").first()


def year_before(publication: Publication) -> Disclosure | None:
    """The document of the year before: as released, else as it stands."""
    before = Publication.objects.filter(year=publication.year - 1).first()
    if before is None:
        return None
    release = released(before)
    return document(release.version if release else newest(before))


def figures_by_key(disclosure: Disclosure) -> dict[str, str]:
    """Every amount by the key that names its rows, for showing last year beside this one."""
    paths = {path for path, _amount in amounts(disclosure)}
    return {leaf.key: leaf.text for leaf in leaves(disclosure) if leaf.path in paths}


def leaves_of(version: Version) -> list[Leaf]:
    """Everything that a version states."""
    return list(leaves(document(version)))


def clock_of(publication: Publication) -> Deadline | None:
    """The clock of its twentieth day, None as long as no day of approval is known."""
    return Deadline.objects.filter(subject=publication.subject, kind=PUBLISH).first()


def value_at(disclosure: Disclosure, path: str) -> Decimal | str | None:
    """What stands at a path, None for nothing."""
    return next((leaf.text for leaf in leaves(disclosure) if leaf.path == path), None)
