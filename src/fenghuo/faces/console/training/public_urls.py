"""The address that stands on a slip of a quiz: short, since it is typed from paper, too."""

from django.urls import path

from fenghuo.faces.console.training import answering

app_name = "quiz"
urlpatterns = [path("<str:token>/", answering.show, name="answer")]
