"""The tables of the office's own platforms: its website and accounts, when something was posted, and what was withdrawn.

Of a post there is the day, the address and the name of the paper that shows it. What it says is neither read nor stored.
"""

from django.db import models
from django.utils.translation import pgettext_lazy

from fenghuo.base.units.models import Asset

WITHIN_DAYS = 30
"""Days in which an operated platform posts something or can be reached, where the office says nothing else; (P)."""


class PlatformKind(models.TextChoices):
    """What kind of platform it is."""

    WEBSITE = "website", pgettext_lazy("platform", "website")
    WEIBO = "weibo", pgettext_lazy("platform", "Weibo")
    WECHAT = "wechat", pgettext_lazy("platform", "WeChat account")
    DOUYIN = "douyin", pgettext_lazy("platform", "Douyin account")
    OTHER = "other", pgettext_lazy("platform", "another platform")


class Platform(models.Model):
    """A platform of the office's own.

    Attributes:
        address: where everybody finds it, or its name on a service that has no addresses. It is never fetched.
        asset: its entry in the register of assets, for a site of ours: screening's watch says when it was up. Null for accounts on
            services of others: nobody has authorised us to visit those.
        within_days: operated = a post, or a page that was up, within so many days.
        since, ended: first day of operation, and the last one; null while it goes on.
    """

    kind = models.CharField(max_length=10, choices=PlatformKind.choices)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    asset = models.ForeignKey(Asset, null=True, on_delete=models.PROTECT, related_name="+")
    within_days = models.PositiveSmallIntegerField(default=WITHIN_DAYS)
    since = models.DateField()
    ended = models.DateField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_platform_of_a_name")]

    @property
    def subject(self) -> str:
        """What the audit trail calls it."""
        return f"platform:{self.pk}"


class PlatformPost(models.Model):
    """That something was posted; never changed. `document`: the paper that shows it, by its name."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="posts")
    on = models.DateField()
    address = models.CharField(max_length=500)
    document = models.CharField(max_length=200)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]


class Withdrawal(models.Model):
    """That an activity or a post was entered by mistake: it counts no more, and stays readable with the reason. Never changed."""

    activity = models.OneToOneField(
        "performance.Activity", null=True, on_delete=models.PROTECT, related_name="withdrawal"
    )
    post = models.OneToOneField(PlatformPost, null=True, on_delete=models.PROTECT, related_name="withdrawal")
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(activity=None) ^ models.Q(post=None), name="withdrawal_of_one_thing"
            )
        ]
