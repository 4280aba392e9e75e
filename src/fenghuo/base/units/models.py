"""Units, what they own, and who speaks for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fenghuo.base.common.ids import random_id
from fenghuo.base.common.severity import Importance


class UnitKind(models.TextChoices):
    """What kind of body a unit is."""

    DEPARTMENT = "department", _("department")
    TOWNSHIP = "township", _("township")
    SCHOOL = "school", _("school")
    HOSPITAL = "hospital", _("hospital")
    ENTERPRISE = "enterprise", _("enterprise")
    INSTITUTION = "institution", _("public institution")


class UnitLevel(models.TextChoices):
    """At which level of administration a unit stands."""

    HIGHER = "higher", _("of a higher level, seated in the county")
    COUNTY = "county", _("county level")
    TOWNSHIP = "township", _("township level")
    VILLAGE = "village", _("village or community level")


class AssetKind(models.TextChoices):
    """What kind of thing an asset is."""

    WEBSITE = "website", _("website")
    APPLICATION = "application", _("application")
    APP = "app", _("mobile app")
    MINI_PROGRAM = "mini-program", _("mini-program")
    ADDRESS_RANGE = "address-range", _("address range")
    DOMAIN = "domain", _("domain")
    MAIL_DOMAIN = "mail-domain", _("mail domain")
    PUBLIC_ACCOUNT = "public-account", _("public account")


IMPORTANCES = [
    (Importance.VITAL.value, pgettext_lazy("importance", "vital")),
    (Importance.IMPORTANT.value, pgettext_lazy("importance", "important")),
    (Importance.ORDINARY.value, pgettext_lazy("importance", "ordinary")),
]


class Unit(models.Model):
    """A body whose systems are watched over; `code` is its short name on the command line and in sheets.

    `head` is who leads it (主要负责人), told where contact and deputy let a notice lie.
    """

    id = models.CharField(max_length=36, primary_key=True, default=random_id, editable=False)
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=UnitKind.choices, default=UnitKind.DEPARTMENT)
    level = models.CharField(max_length=10, choices=UnitLevel.choices, default=UnitLevel.COUNTY)
    importance = models.CharField(max_length=10, choices=IMPORTANCES, default=Importance.ORDINARY.value)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField()
    head = models.CharField(max_length=100, blank=True)
    head_phone = models.CharField(max_length=40, blank=True)
    head_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """Something that a unit answers for. Whether it may be screened is no matter of the register: see screening's authorisations.

    Attributes:
        value: domain, address, CIDR or name, lower case; what a log line calls it.
        protection_level: 等保 level 1 to 5 (GB/T 22240), null where not graded.
        critical: whether it is critical information infrastructure (关键信息基础设施); its shorter legal clocks hang on it.
        icp, police_filing: filing numbers (ICP 备案, 公安备案).
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=20, choices=AssetKind.choices, default=AssetKind.WEBSITE)
    name = models.CharField(max_length=200)
    value = models.CharField(max_length=300, db_index=True)
    importance = models.CharField(max_length=10, choices=IMPORTANCES, default=Importance.ORDINARY.value)
    owner = models.CharField(max_length=100, blank=True)
    protection_level = models.PositiveSmallIntegerField(null=True, blank=True)
    critical = models.BooleanField(default=False)
    icp = models.CharField(max_length=60, blank=True)
    police_filing = models.CharField(max_length=60, blank=True)
    registrar = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=100, blank=True)
    domain_expires = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["value"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_asset_of_a_value")]


class Contact(models.Model):
    """A person of a unit who can be reached; `deputy` stands in for the first one."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    deputy = models.BooleanField(default=False)

    class Meta:
        ordering = ["deputy", "name"]


class RegisterCheck(models.Model):
    """That somebody of a unit looked at its list of assets and contacts, and found it right or said what is wrong.

    Attributes:
        remarks: what is wrong, "" where all is right. content: the list as it stood, a line an asset or contact.
        handled_by: who of the office put the remarks right; "" while they wait.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="register_checks")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    remarks = models.TextField(blank=True)
    content = models.JSONField(default=list)
    handled_by = models.CharField(max_length=150, blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
