"""Addresses of the duty roster."""

from django.urls import path

from fenghuo.faces.console.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.list_all, name="list"),
]
