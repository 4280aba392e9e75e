"""Addresses of the console: one line for each object."""

from django.urls import URLPattern, URLResolver, include, path

from fenghuo.faces.console.views import start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("account/", include("fenghuo.faces.console.account.urls")),
]

handler400 = "fenghuo.faces.console.errors.bad_request"
handler403 = "fenghuo.faces.console.errors.forbidden"
handler404 = "fenghuo.faces.console.errors.not_found"
handler500 = "fenghuo.faces.console.errors.server_error"
