"""Addresses of warnings."""

from django.urls import path

from fenghuo.faces.console.warnings import views

app_name = "warnings"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/", views.export, name="export"),
    path("<str:warning_id>/", views.show, name="show"),
    path("<str:warning_id>/told/", views.told, name="told"),
    path("<str:warning_id>/move/", views.move, name="move"),
    path("<str:warning_id>/separate/", views.separate, name="separate"),
    path("<str:warning_id>/names/", views.open_names, name="names"),
]
