"""Addresses of formal early warnings."""

from django.urls import path

from fenghuo.faces.console.bulletins import bundles, drafting, views

app_name = "bulletins"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", drafting.new, name="new"),
    path("relay/", drafting.relay, name="relay"),
    path("receive/", drafting.receive, name="receive"),
    path("from/<str:warning_id>/", drafting.from_warning, name="from-warning"),
    path("<str:bulletin_id>/", views.show, name="show"),
    path("<str:bulletin_id>/edit/", drafting.edit, name="edit"),
    path("<str:bulletin_id>/do/", views.do, name="do"),
    path("<str:bulletin_id>/decide/", views.decide, name="decide"),
    path("<str:bulletin_id>/approval/<int:version>/", views.approval, name="approval"),
    path("<str:bulletin_id>/stix/", bundles.give, name="stix"),
    path("<str:bulletin_id>/received/", bundles.received, name="received"),
]
