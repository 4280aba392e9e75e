"""Django app of this room."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "fenghuo.warn.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
