"""Addresses of notices."""

from django.urls import path

from fenghuo.faces.console.notices import copies, drafting, earlier, views

app_name = "notices"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", drafting.new, name="new"),
    path("new/findings/", drafting.from_findings, name="from-findings"),
    path("earlier/", earlier.list_all, name="earlier"),
    path("earlier/import/", earlier.take, name="take-earlier"),
    path("copies/<str:copy_id>/", copies.show, name="copy"),
    path("copies/<str:copy_id>/do/", copies.do, name="copy-do"),
    path("copies/<str:copy_id>/files/<int:file_id>/", copies.file, name="file"),
    path("copies/<str:copy_id>/paper.<str:form>", copies.paper, name="copy-paper"),
    path("<str:notice_id>/", views.show, name="show"),
    path("<str:notice_id>/edit/", drafting.edit, name="edit"),
    path("<str:notice_id>/do/", views.do, name="do"),
    path("<str:notice_id>/issue/", views.issue, name="issue"),
    path("<str:notice_id>/paper.<str:form>", views.paper, name="paper"),
]
