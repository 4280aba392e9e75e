"""Addresses of the office's pages of surveys."""

from django.urls import path

from fenghuo.faces.console.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("<str:survey_id>/", views.show, name="show"),
    path("<str:survey_id>/slips/", views.slips, name="slips"),
    path("<str:survey_id>/close/", views.close, name="close"),
    path("<str:survey_id>/result.xlsx", views.sheet, name="xlsx"),
]
