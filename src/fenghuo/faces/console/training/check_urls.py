"""The address that stands on a certificate."""

from django.urls import path

from fenghuo.faces.console.training import checking

app_name = "certificate"
urlpatterns = [path("", checking.show, name="check")]
