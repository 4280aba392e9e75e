"""Django app of this room."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "fenghuo.base.units"
    label = "units"
    default_auto_field = "django.db.models.BigAutoField"
