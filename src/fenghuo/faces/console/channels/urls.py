"""Addresses of channels."""

from django.urls import path

from fenghuo.faces.console.channels import limits, views

app_name = "channels"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("roads/<int:number>/", limits.roads, name="roads"),
    path("new/", views.new, name="new"),
    path("<str:channel_id>/", views.edit, name="edit"),
    path("<str:channel_id>/limits/", limits.limits, name="limits"),
    path("<str:channel_id>/switch/", views.switch, name="switch"),
    path("<str:channel_id>/test/", views.test, name="test"),
]
