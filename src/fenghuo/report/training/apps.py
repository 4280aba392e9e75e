"""Django app of this room."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "fenghuo.report.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"
