"""Django app of this room."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "fenghuo.see.rulebook"
    label = "rulebook"
    default_auto_field = "django.db.models.BigAutoField"
