"""URL patterns below ``/operators/``."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="operators"),
    path("users/", views.users, name="operators-users"),
    path("users/<str:user_id>/", views.user, name="operators-user"),
    path("invite/", views.invite, name="operators-invite"),
    path("events/", views.events, name="operators-events"),
    path("programs/", views.programs, name="operators-programs"),
]
