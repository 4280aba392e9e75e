"""Addresses of playbooks: the library, and those of one incident."""

from django.urls import path

from fenghuo.faces.console.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("<str:incident_id>/", views.show, name="show"),
    path("<str:incident_id>/start/", views.start, name="start"),
    path("<str:incident_id>/steps/", views.mark, name="mark"),
]
