"""Django app of this room."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "fenghuo.report.publication"
    label = "publication"
    default_auto_field = "django.db.models.BigAutoField"
