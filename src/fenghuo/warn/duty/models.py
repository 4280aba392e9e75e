"""Who is on duty."""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.accounts.models import Person


class Post(models.TextChoices):
    """The two posts of a shift."""

    A = "A", pgettext_lazy("duty post", "A")
    B = "B", pgettext_lazy("duty post", "B")


class Shift(models.Model):
    """One person on one post from a moment to another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    post = models.CharField(max_length=1, choices=Post.choices)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["starts_at", "post"]
