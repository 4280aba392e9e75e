"""Addresses of rules."""

from django.urls import path

from fenghuo.faces.console.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("<int:number>/", views.show, name="show"),
    path("<int:number>/switch/", views.switch, name="switch"),
]
