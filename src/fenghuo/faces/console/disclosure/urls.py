"""Addresses of public documents and of fixed assets."""

from django.urls import path

from fenghuo.faces.console.disclosure import holdings, papers, sections, views

app_name = "disclosure"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("assets/", holdings.show, name="holdings"),
    path("assets/new/", holdings.new, name="holding-new"),
    path("assets/import/", holdings.take, name="holdings-import"),
    path("assets/assets.xlsx", holdings.sheet, name="holdings-xlsx"),
    path("assets/<str:holding_id>/write-off/", holdings.write_off, name="holding-write-off"),
    path("<str:publication_id>/", views.show, name="show"),
    path("<str:publication_id>/do/<str:verb>/", views.do, name="do"),
    path("<str:publication_id>/section/<str:section>/", sections.edit, name="section"),
    path("<str:publication_id>/versions/<int:version_number>/", papers.version, name="version"),
    path("<str:publication_id>/versions/<int:version_number>/<str:paper>", papers.download, name="paper"),
]
