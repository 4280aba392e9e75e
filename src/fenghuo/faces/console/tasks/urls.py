"""Addresses of tasks."""

from django.urls import path

from fenghuo.faces.console.tasks import views, working

app_name = "tasks"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("tasks.xlsx", views.sheet, name="xlsx"),
    path("new/", working.new, name="new"),
    path("<str:task_id>/", views.show, name="show"),
    path("<str:task_id>/step/", working.step, name="step"),
    path("<str:task_id>/decide/", working.decide, name="decide"),
    path("<str:task_id>/supervise/", working.supervise, name="supervise"),
    path("proof/<int:step_id>/", views.proof, name="proof"),
]
