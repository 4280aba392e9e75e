"""Django app of this room."""

from django.apps import AppConfig


class BlocksConfig(AppConfig):
    name = "fenghuo.respond.blocks"
    label = "blocks"
    default_auto_field = "django.db.models.BigAutoField"
