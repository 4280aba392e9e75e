"""Addresses of the duty desk."""

from django.urls import path

from fenghuo.faces.console.desk import views

app_name = "desk"
urlpatterns = [path("", views.home, name="home"), path("live/", views.live, name="live")]  # type: ignore[arg-type]  # the stubs know no async view
