"""URL patterns below ``/api/billing/``."""

from django.urls import path

from . import apis

urlpatterns = [
    path("summary/", apis.AccountSummaryApi.as_view(), name="summary"),
    path("transactions/", apis.TransactionListApi.as_view(), name="transactions"),
]
