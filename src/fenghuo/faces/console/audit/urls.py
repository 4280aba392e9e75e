"""Addresses of the audit trail."""

from django.urls import path

from fenghuo.faces.console.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("verify/", views.verify, name="verify"),
]
