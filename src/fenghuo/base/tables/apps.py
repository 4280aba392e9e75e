"""Django app of this room."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "fenghuo.base.tables"
    label = "tables"
    default_auto_field = "django.db.models.BigAutoField"
