"""Django app of this room."""

from django.apps import AppConfig


class BlocklistsConfig(AppConfig):
    name = "fenghuo.share.blocklists"
    label = "blocklists"
    default_auto_field = "django.db.models.BigAutoField"
