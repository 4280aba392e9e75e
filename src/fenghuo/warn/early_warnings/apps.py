"""Django app of this room."""

from django.apps import AppConfig


class EarlyWarningsConfig(AppConfig):
    name = "fenghuo.warn.early_warnings"
    label = "early_warnings"
    default_auto_field = "django.db.models.BigAutoField"
