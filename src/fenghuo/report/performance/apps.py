"""Django app of this room."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "fenghuo.report.performance"
    label = "performance"
    default_auto_field = "django.db.models.BigAutoField"
