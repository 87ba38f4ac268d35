"""URL patterns below ``/accounts/``."""

from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("register/", views.register, name="register"),
    path("password/forgot/", views.forgot_password, name="forgot-password"),
    path("code/", views.code, name="code"),
    path("profile/", views.profile, name="profile"),
    path("details/", views.details, name="details"),
    path("security/", views.security, name="security"),
    path("sessions/", views.sessions, name="sessions"),
    path("activity/", views.activity, name="activity"),
    path("tokens/", views.tokens, name="tokens"),
    path("data/", views.data, name="data"),
]
