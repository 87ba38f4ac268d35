"""URL patterns at the root."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("billing/", views.billing, name="billing"),
    path("inventory/", views.inventory, name="inventory"),
]
