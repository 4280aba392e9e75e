"""Addresses of incidents."""

from django.urls import path

from fenghuo.faces.console.incidents import (
    command,
    correcting,
    entering,
    evidence,
    grades,
    links,
    reports,
    tables,
    views,
)

app_name = "incidents"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("export/", views.export, name="export"),
    path("new/", entering.new, name="new"),
    path("new/warning/<str:warning_id>/", entering.from_warning, name="from-warning"),
    path("report/", entering.own, name="report"),
    path("tables/", tables.show, name="tables"),
    path("tables/<int:scale_id>/confirm/", tables.confirm, name="confirm-table"),
    path("tables/<str:scale>/change/", correcting.change, name="change-table"),
    path("links/", links.list_all, name="links"),
    path("links/<int:contact_id>/", links.do, name="link"),
    path("<str:incident_id>/", views.show, name="show"),
    path("<str:incident_id>/add/", entering.add, name="add"),
    path("<str:incident_id>/facts/", grades.facts, name="facts"),
    path("<str:incident_id>/grades/", grades.confirm, name="grades"),
    path("<str:incident_id>/decide/", grades.decide, name="decide"),
    path("<str:incident_id>/do/", command.do, name="do"),
    path("<str:incident_id>/notice/", command.notice, name="notice"),
    path("<str:incident_id>/reports/new/", reports.new, name="new-report"),
    path("<str:incident_id>/reports/<int:report_number>/", reports.show, name="report-version"),
    path("<str:incident_id>/reports/<int:report_number>/receipt/", reports.receipt, name="receipt"),
    path("<str:incident_id>/reports/<int:report_number>.docx", reports.docx, name="report-docx"),
    path("<str:incident_id>/evidence/", evidence.add, name="evidence"),
    path("<str:incident_id>/evidence/<int:piece_number>/", evidence.hand_over, name="hand-over"),
    path("<str:incident_id>/evidence/<int:piece_number>/file/", evidence.file, name="evidence-file"),
    path("<str:incident_id>/timeline.<str:sheet>", reports.timeline, name="timeline"),
    path("<str:incident_id>/summary.docx", reports.summary, name="summary"),
]
