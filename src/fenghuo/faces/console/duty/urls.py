"""Addresses of duty: roster, swaps, handovers, roll-calls, log and brief."""

from django.urls import path

from fenghuo.faces.console.duty import arrangements, daybook, handing, planning, views

app_name = "duty"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("shifts/new/", planning.new_shift, name="new-shift"),
    path("shifts/<int:shift_id>/", views.show, name="shift"),
    path("shifts/<int:shift_id>/replace/", views.replace_holder, name="replace"),
    path("shifts/<int:shift_id>/remove/", views.remove, name="remove"),
    path("shifts/<int:shift_id>/swap/", handing.ask_swap, name="ask-swap"),
    path("shifts/<int:shift_id>/handover/", handing.give, name="give"),
    path("swaps/<int:swap_id>/", handing.answer_swap, name="answer-swap"),
    path("handovers/", handing.handovers, name="handovers"),
    path("handovers/<int:handover_id>/", handing.handover, name="handover"),
    path("roll-calls/", handing.calls, name="roll-calls"),
    path("roll-calls/answer/<int:answer_id>/", handing.answer_call, name="answer-call"),
    path("pattern/", planning.pattern, name="pattern"),
    path("import/", planning.take, name="import"),
    path("export/", planning.export, name="export"),
    path("log/", daybook.log, name="log"),
    path("log/<str:form>/", daybook.log_paper, name="log-paper"),
    path("brief/", daybook.brief, name="brief"),
    path("brief/<str:form>/", daybook.brief_paper, name="brief-paper"),
    path("arrangements/", arrangements.show, name="arrangements"),
    path("deputies/<int:deputy_id>/end/", arrangements.end_deputy, name="end-deputy"),
    path("periods/<int:period_id>/end/", arrangements.end_period, name="end-period"),
]
