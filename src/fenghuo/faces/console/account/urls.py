"""Addresses of one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from fenghuo.faces.console.account import views

app_name = "account"
urlpatterns = [
    path("sign-in/", views.Login.as_view(), name="login"),
    path("sign-in/code/", views.second, name="second"),
    path("sign-out/", LogoutView.as_view(next_page="account:login"), name="logout"),
    path("language/", set_language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("", views.me, name="me"),
]
