"""Django app of this room."""

from django.apps import AppConfig


class StixConfig(AppConfig):
    name = "fenghuo.share.stix"
    label = "stix"
    default_auto_field = "django.db.models.BigAutoField"
