"""Addresses of the office's own terms."""

from django.urls import path

from fenghuo.faces.console.terms import views

app_name = "terms"
urlpatterns = [
    path("<str:table>/", views.show, name="show"),
    path("<str:table>/change/", views.change, name="change"),
]
