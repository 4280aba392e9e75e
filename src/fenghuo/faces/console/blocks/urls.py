"""Addresses of block orders, of their objections, and of the devices that poll the lists."""

from django.urls import path

from fenghuo.faces.console.blocks import consumers, lists, objections, ordering, views

app_name = "blocks"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", ordering.new, name="new"),
    path("numbers/", lists.numbers, name="numbers"),
    path("objections/", objections.list_all, name="objections"),
    path("objections/<int:objection_id>/", objections.do, name="objection-do"),
    path("devices/", consumers.list_all, name="consumers"),
    path("devices/new/", consumers.new, name="consumer-new"),
    path("devices/<str:consumer_id>/", consumers.do, name="consumer-do"),
    path("lists/<str:form>", lists.poll_by_header, name="poll-by-header"),
    path("lists/<str:token>/<str:form>", lists.poll, name="poll"),
    path("<str:block_id>/", views.show, name="show"),
    path("<str:block_id>/do/", views.do, name="do"),
    path("<str:block_id>/approve/", views.approve, name="approve"),
    path("<str:block_id>/object/", objections.take, name="object"),
]
