"""The verbs of duty; the only writer of its table."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fenghuo.base.accounts.models import Person
from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.warn.duty.models import Shift


@transaction.atomic
def add_shift(actor: Actor, person: Person, post: str, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put a person on a post.

    Raises:
        ValidationError: it ends before it begins, or the post is taken at that time; nothing was stored.
    """
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("A shift must end after it begins.")})
    if Shift.objects.filter(post=post, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise ValidationError({"post": _("This post is taken at that time.")})
    shift = Shift(person=person, post=post, starts_at=starts_at, ends_at=ends_at)
    shift.full_clean()
    shift.save()
    detail = {"person": str(person.pk), "post": post, "from": starts_at, "to": ends_at}
    record(actor, "shift.added", f"shift:{shift.pk}", detail)
    return shift
