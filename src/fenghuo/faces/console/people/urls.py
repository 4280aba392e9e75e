"""Addresses of people."""

from django.urls import path

from fenghuo.faces.console.people import views

app_name = "people"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("<int:number>/", views.edit, name="edit"),
    path("<int:number>/reset-mfa/", views.reset, name="reset-mfa"),
]
