"""Addresses of the office's pages of training."""

from django.urls import path

from fenghuo.faces.console.training import courses, papers, quizzes, views

app_name = "training"
urlpatterns = [
    path("", views.list_all, name="list"),
    path("courses/", courses.list_all, name="courses"),
    path("courses/new/", courses.new, name="new-course"),
    path("courses/questions.xlsx", courses.sample, name="bank-sample"),
    path("courses/<str:course_id>/", courses.show, name="course"),
    path("courses/<str:course_id>/change/", courses.change, name="change-course"),
    path("courses/<str:course_id>/end/", courses.end, name="end-course"),
    path("courses/<str:course_id>/material/", courses.add_material, name="add-material"),
    path("courses/<str:course_id>/question/", courses.add_question, name="add-question"),
    path("courses/<str:course_id>/questions/import/", courses.take, name="bank-import"),
    path("courses/<str:course_id>/questions.xlsx", courses.bank, name="bank-xlsx"),
    path("courses/<str:course_id>/session/", views.new, name="new-session"),
    path("material/<int:material_id>/", courses.material, name="material"),
    path("material/<int:material_id>/remove/", courses.remove_material, name="remove-material"),
    path("questions/<int:question_id>/end/", courses.end_question, name="end-question"),
    path("sessions/<str:session_id>/", views.show, name="session"),
    path("sessions/<str:session_id>/change/", views.change, name="change-session"),
    path("sessions/<str:session_id>/participant/", views.enter, name="participant"),
    path("sessions/<str:session_id>/import/", views.take, name="import"),
    path("sessions/<str:session_id>/list.xlsx", views.sheet, name="xlsx"),
    path("sessions/<str:session_id>/attendance/", views.attendance, name="attendance"),
    path("sessions/<str:session_id>/step/", views.step, name="step"),
    path("sessions/<str:session_id>/quiz/", quizzes.new, name="new-quiz"),
    path("sessions/<str:session_id>/quiz/change/", quizzes.change, name="change-quiz"),
    path("sessions/<str:session_id>/slips/", quizzes.slips, name="slips"),
    path("sessions/<str:session_id>/certify/", papers.issue, name="certify"),
    path("participants/<int:participant_id>/remove/", views.remove, name="remove-participant"),
    path("participants/<int:participant_id>/slip/", quizzes.anew, name="slip-anew"),
    path("certificates/", papers.list_all, name="certificates"),
    path("certificates/<str:certificate_id>/certificate.<str:form>", papers.paper, name="paper"),
    path("certificates/<str:certificate_id>/revoke/", papers.revoke, name="revoke"),
    path("others/", papers.credentials, name="credentials"),
    path("others/new/", papers.new_credential, name="new-credential"),
    path("others/<str:credential_id>/document/", papers.document, name="credential-document"),
    path("others/<str:credential_id>/revoke/", papers.revoke_credential, name="revoke-credential"),
]
