"""Addresses of people."""

from django.urls import path

from fenghuo.faces.console.people import leaving, views

app_name = "people"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("<int:number>/", views.edit, name="edit"),
    path("<int:number>/leave/", leaving.leave, name="leave"),
    path("<int:number>/reset-mfa/", views.reset, name="reset-mfa"),
]
