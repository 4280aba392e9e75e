"""Django app of this room."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "fenghuo.respond.incidents"
    label = "incidents"
    default_auto_field = "django.db.models.BigAutoField"
