"""Django app of this room."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "fenghuo.warn.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
