"""People who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from fenghuo.base.accounts.permissions import RIGHTS, SCOPED, Permission, Role
from fenghuo.base.audit import Actor
from fenghuo.base.units.models import Unit

ROLES = [
    (Role.SYSTEM_ADMIN.value, _("system administrator")),
    (Role.SECURITY_ADMIN.value, _("security administrator")),
    (Role.AUDIT_ADMIN.value, _("audit administrator")),
    (Role.DUTY_OFFICER.value, _("duty officer")),
    (Role.ANALYST.value, _("analyst")),
    (Role.LEADER.value, _("leader")),
    (Role.UNIT_CONTACT.value, _("unit contact")),
    (Role.FINANCE_CLERK.value, _("finance clerk")),
    (Role.INSPECTOR.value, _("inspector")),
    (Role.OBSERVER.value, _("observer")),
]


class Person(AbstractBaseUser):
    """Someone who signs in.

    Attributes:
        roles: values of `Role`; one person may hold several, the three administrators exclude each other.
        session_epoch: grows when a right is taken away, which ends every session that began before.
        totp_seed: sealed seed of the second factor, "" for none; `totp_used` is the last step that was accepted.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    roles = models.JSONField(default=list)
    units = models.ManyToManyField(Unit, blank=True, related_name="people")
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)
    totp_seed = models.CharField(max_length=300, blank=True)
    totp_used = models.BigIntegerField(default=-1)
    created_at = models.DateTimeField()

    objects = BaseUserManager["Person"]()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["username"]

    def permissions(self) -> frozenset[Permission]:
        """Every right of every role."""
        return frozenset[Permission]().union(*(RIGHTS[Role(role)] for role in self.roles))

    def can(self, permission: Permission) -> bool:
        """Whether one of the roles carries the right."""
        return self.is_active and permission in self.permissions()

    def actor(self, address: str = "") -> Actor:
        """This person in the audit trail."""
        return Actor(str(self.pk), self.name, address)

    def unit_scope(self) -> frozenset[str] | None:
        """Ids of the units whose rows the person may see, None for all."""
        if {Role(role) for role in self.roles} - SCOPED:
            return None
        return frozenset(self.units.values_list("id", flat=True))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lives as long as password and session epoch stay what they were."""
        from django.utils.crypto import salted_hmac

        salt = "fenghuo.base.accounts.Person.session"
        return salted_hmac(salt, f"{self.password}|{self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()
