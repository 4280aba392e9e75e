"""Django app of this room."""

from django.apps import AppConfig


class HoldingsConfig(AppConfig):
    name = "fenghuo.report.holdings"
    label = "holdings"
    default_auto_field = "django.db.models.BigAutoField"
