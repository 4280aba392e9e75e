"""Addresses of the page that a unit opens by its link: short, since they are typed from paper, too."""

from django.urls import path

from fenghuo.faces.console.unit_notice import views

app_name = "unit-notice"
urlpatterns = [
    path("<str:token>/", views.show, name="show"),
    path("<str:token>/open/", views.enter, name="enter"),
    path("<str:token>/code/", views.new_code, name="new-code"),
    path("<str:token>/do/", views.do, name="do"),
    path("<str:token>/<str:form>", views.paper, name="paper"),
]
