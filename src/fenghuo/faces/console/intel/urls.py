"""Addresses of indicators."""

from django.urls import path

from fenghuo.faces.console.intel import views

app_name = "intel"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("import/", views.take, name="import"),
    path("imports/", views.imports, name="imports"),
    path("imports/<int:run_id>/", views.show_import, name="show-import"),
    path("feeds/<int:feed_id>/", views.feed, name="feed"),
    path("<int:indicator_id>/", views.show, name="show"),
    path("<int:indicator_id>/end/", views.end, name="end"),
]
