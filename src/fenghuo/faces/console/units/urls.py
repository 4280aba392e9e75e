"""Addresses of units and assets."""

from django.urls import path

from fenghuo.faces.console.units import register, views

app_name = "units"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.edit, name="new"),
    path("import/", views.take, name="import"),
    path("export/", views.export, name="export"),
    path("<str:unit_id>/", views.show, name="show"),
    path("<str:unit_id>/edit/", views.edit, name="edit"),
    path("<str:unit_id>/register/", register.check, name="register"),
    path("<str:unit_id>/contacts/", views.contacts, name="contacts"),
    path("<str:unit_id>/assets/new/", views.asset, name="new-asset"),
    path("<str:unit_id>/assets/<int:asset_id>/", views.asset, name="asset"),
]
