"""Addresses of the grading tables."""

from django.urls import path

from fenghuo.faces.console.grading import views

app_name = "grading"
urlpatterns = [
    path("", views.show, name="show"),
    path("change/", views.change, name="change"),
    path("<int:table_id>/confirm/", views.confirm, name="confirm"),
]
