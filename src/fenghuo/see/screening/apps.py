"""Django app of this room."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "fenghuo.see.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"
