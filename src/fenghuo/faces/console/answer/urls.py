"""Addresses of acknowledgement by link and code."""

from django.urls import path

from fenghuo.faces.console.answer import chat, views

app_name = "answer"
urlpatterns = [
    path("chat/<str:channel_id>/", chat.called, name="chat"),
    path("<str:token>/", views.show, name="show"),
    path("<str:token>/done/", views.done, name="done"),
    path("<str:token>/new-code/", views.new, name="new-code"),
]
