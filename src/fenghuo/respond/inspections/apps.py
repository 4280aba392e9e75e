"""Django app of this room."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "fenghuo.respond.inspections"
    label = "inspections"
    default_auto_field = "django.db.models.BigAutoField"
