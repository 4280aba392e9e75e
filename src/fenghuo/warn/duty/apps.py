"""Django app of this room."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "fenghuo.warn.duty"
    label = "duty"
    default_auto_field = "django.db.models.BigAutoField"
