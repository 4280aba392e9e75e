"""Django app of this room."""

from django.apps import AppConfig


class IntelConfig(AppConfig):
    name = "fenghuo.see.intel"
    label = "intel"
    default_auto_field = "django.db.models.BigAutoField"
