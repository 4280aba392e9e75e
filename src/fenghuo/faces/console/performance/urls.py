"""Addresses of projects, their indicators, frozen stages and money."""

from django.urls import path

from fenghuo.faces.console.performance import activities, disclosed, indicators, money, platforms, stages, views

app_name = "performance"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("new/", views.new, name="new"),
    path("indicators/<str:line_id>/", indicators.show, name="indicator"),
    path("indicators/<str:line_id>/enter/", indicators.enter, name="enter"),
    path("indicators/<str:line_id>/change/", indicators.change, name="change"),
    path("indicators/<str:line_id>/judge/", indicators.judge, name="judge"),
    path("entries/<int:entry_id>/document/", indicators.document, name="document"),
    path("stages/<int:freeze_id>/", stages.show, name="frozen"),
    path("stages/<int:freeze_id>/table.xlsx", stages.sheet, name="frozen-xlsx"),
    path("money/sample.xlsx", money.sample, name="sample"),
    path("platforms/", platforms.list_all, name="platforms"),
    path("platforms/new/", platforms.new, name="new-platform"),
    path("platforms/<int:platform_id>/", platforms.show, name="platform"),
    path("platforms/<int:platform_id>/post/", platforms.post, name="platform-post"),
    path("platforms/<int:platform_id>/change/", platforms.change, name="platform-change"),
    path("posts/<int:post_id>/withdraw/", platforms.withdraw_post, name="withdraw-post"),
    path("activities/sample.xlsx", activities.sample, name="activities-sample"),
    path("activities/<int:activity_id>/withdraw/", activities.withdraw, name="withdraw-activity"),
    path("indicators/<str:line_id>/rate/", indicators.rate, name="rate"),
    path("<str:project_id>/", views.show, name="show"),
    path("<str:project_id>/table.xlsx", views.sheet, name="xlsx"),
    path("<str:project_id>/disclosure.json", disclosed.goals, name="disclosure"),
    path("<str:project_id>/indicator/", indicators.new, name="new-indicator"),
    path("<str:project_id>/activity/", activities.enter, name="activity"),
    path("<str:project_id>/activities/", activities.show, name="activities"),
    path("<str:project_id>/activities/import/", activities.take, name="activities-import"),
    path("<str:project_id>/freeze/", stages.freeze, name="freeze"),
    path("<str:project_id>/money/", money.show, name="money"),
    path("<str:project_id>/money/enter/<str:what>/", money.enter, name="money-enter"),
    path("<str:project_id>/money/import/", money.take, name="money-import"),
]
