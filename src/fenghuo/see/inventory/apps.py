"""Django app of this room."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "fenghuo.see.inventory"
    label = "inventory"
    default_auto_field = "django.db.models.BigAutoField"
