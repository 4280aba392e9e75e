"""Addresses of rules."""

from django.urls import path

from fenghuo.faces.console.rules import bench, coverage, holds, office, views

app_name = "rules"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("coverage/", coverage.show, name="coverage"),
    path("bench/", bench.show, name="bench"),
    path("new/", office.new, name="new"),
    path("silences/", holds.list_all, name="silences"),
    path("silences/new/", holds.new, name="silence"),
    path("silences/<int:silence>/end/", holds.end, name="silence-end"),
    path("history/<str:rule_id>/", office.history, name="history"),
    path("<int:number>/", views.show, name="show"),
    path("<int:number>/switch/", views.switch, name="switch"),
    path("<int:number>/edit/", office.edit, name="edit"),
    path("<int:number>/retire/", office.retire, name="retire"),
    path("<int:number>/trial/", holds.trial, name="trial"),
    path("<int:number>/trial/end/", holds.trial_end, name="trial-end"),
    path("<int:number>/release/", holds.release, name="release"),
]
