"""Django app of this room."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "fenghuo.faces.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
