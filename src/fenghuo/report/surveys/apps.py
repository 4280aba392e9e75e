"""Django app of this room."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "fenghuo.report.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"
