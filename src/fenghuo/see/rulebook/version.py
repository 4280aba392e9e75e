"""The number by which the matching processes learn that the rules changed."""

from django.db.models import F

from fenghuo.see.rulebook.models import RulebookVersion


def bump() -> None:
    """Let the judge state the rules again; inside the transaction of the change."""
    RulebookVersion.objects.get_or_create(pk=1)
    RulebookVersion.objects.filter(pk=1).update(number=F("number") + 1)
