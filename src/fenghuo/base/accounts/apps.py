"""Django app of this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fenghuo.base.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
