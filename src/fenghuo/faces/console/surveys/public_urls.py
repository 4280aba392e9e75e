"""The address that stands on a slip: short, since it is typed from paper, too."""

from django.urls import path

from fenghuo.faces.console.surveys import answering

app_name = "survey"
urlpatterns = [path("<str:token>/", answering.show, name="answer")]
