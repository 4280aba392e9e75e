"""Addresses of emergency plans."""

from django.urls import path

from fenghuo.faces.console.plans import views, writing

app_name = "plans"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", writing.new, name="new"),
    path("versions/<int:version_id>/", views.show, name="version"),
    path("versions/<int:version_id>/document/", views.document, name="document"),
    path("versions/<int:version_id>/write/", writing.write, name="write"),
    path("versions/<int:version_id>/file/", writing.file, name="file"),
    path("versions/<int:version_id>/decide/", writing.decide, name="decide"),
    path("<str:plan_id>/", views.latest, name="show"),
    path("<str:plan_id>/review/", writing.review, name="review"),
    path("<str:plan_id>/version/", writing.new_version, name="new-version"),
]
