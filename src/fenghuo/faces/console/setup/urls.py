"""Addresses of the first start."""

from django.urls import path

from fenghuo.faces.console.setup import views

app_name = "setup"
urlpatterns = [path("", views.first, name="first")]
