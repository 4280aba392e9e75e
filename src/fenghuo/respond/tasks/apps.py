"""Django app of this room."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "fenghuo.respond.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"
