"""What the office says of itself at the first start."""

from django.db import models


class SiteProfile(models.Model):
    """The installation's county and office; one row, whose presence with `set_up_at` ends the first start."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    county = models.CharField(max_length=100)
    office = models.CharField(max_length=200)
    document_code = models.CharField(
        max_length=50, blank=True, help_text="Code of the office in document numbers (发文字号)."
    )
    demo = models.BooleanField(default=False)
    set_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="console_one_site_profile")]
