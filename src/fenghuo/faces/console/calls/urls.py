"""Addresses of the calls that persons must make."""

from django.urls import path

from fenghuo.faces.console.calls import views

app_name = "calls"
urlpatterns = [path("", views.list_all, name="list"), path("done/", views.done, name="done")]
