"""Django app of this room."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "fenghuo.respond.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
