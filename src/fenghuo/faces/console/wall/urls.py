"""Addresses of the wall."""

from django.urls import path

from fenghuo.faces.console.wall import views

app_name = "wall"
urlpatterns = [
    path("", views.show, name="show"),
    path("board/", views.board, name="board"),
]
