"""Addresses of log sources."""

from django.urls import path

from fenghuo.faces.console.sources import views

app_name = "sources"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("<str:source_id>/", views.show, name="show"),
    path("<str:source_id>/token/", views.token, name="token"),
    path("<str:source_id>/switch/", views.switch, name="switch"),
]
