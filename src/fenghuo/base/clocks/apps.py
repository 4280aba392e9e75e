"""Django app of this room."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "fenghuo.base.clocks"
    label = "clocks"
    default_auto_field = "django.db.models.BigAutoField"
