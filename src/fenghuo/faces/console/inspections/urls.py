"""Addresses of inspections."""

from django.urls import path

from fenghuo.faces.console.inspections import checks, views, visits

app_name = "inspections"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("checks/<str:check_id>/", checks.show, name="check"),
    path("checks/<str:check_id>/write/", checks.write, name="write"),
    path("checks/<str:check_id>/return/", checks.give_back, name="return"),
    path("checks/<str:check_id>/visit/", visits.visit, name="visit"),
    path("checks/<str:check_id>/notify/", visits.notify, name="notify"),
    path("proofs/<int:proof_id>/", checks.proof, name="proof"),
    path("<str:campaign_id>/", views.show, name="show"),
    path("<str:campaign_id>/open/", views.open_to, name="open"),
    path("<str:campaign_id>/drop/", views.drop, name="drop"),
    path("<str:campaign_id>/close/", views.close, name="close"),
    path("<str:campaign_id>/units.xlsx", views.sheet, name="xlsx"),
    path("<str:campaign_id>/summary.docx", views.summary, name="summary"),
]
