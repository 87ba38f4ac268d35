"""URL patterns below ``/api/inventory/``."""

from django.urls import path

from . import apis

urlpatterns = [
    path("items/", apis.ItemListApi.as_view(), name="items"),
    path("items/<int:pk>/", apis.ItemApi.as_view(), name="item"),
]
