"""Addresses of the page on which a unit reports by its standing link: short, since they are typed from paper, too."""

from django.urls import path

from fenghuo.faces.console.unit_incident import views

app_name = "unit-incident"
urlpatterns = [
    path("<str:token>/", views.show, name="show"),
    path("<str:token>/open/", views.enter, name="enter"),
    path("<str:token>/code/", views.new_code, name="new-code"),
    path("<str:token>/report/", views.report, name="report"),
    path("<str:token>/add/", views.add, name="add"),
    path("<str:token>/receipt/", views.receipt, name="receipt"),
    path("<str:token>/<str:number>/<int:report_number>.docx", views.paper, name="paper"),
]
