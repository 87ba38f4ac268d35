"""HTTP endpoints of the ledger."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from vf_service.filtering import QueryFilter

from . import selectors
from .models import Transaction


class AccountSummaryApi(GenericAPIView[Any]):
    """The signed-in user's balance and next bill."""

    class Output(serializers.Serializer[Any]):
        user = serializers.CharField(help_text="The username.")
        current_balance = serializers.DecimalField(max_digits=None, decimal_places=2)
        billing_cycle = serializers.CharField()
        next_billing_date = serializers.DateField()
        timestamp = serializers.DateTimeField(help_text="When this response was created (UTC).")

        class Meta:
            ref_name = "AccountSummary"

    serializer_class = Output

    def get(self, request: Request) -> Response:
        """Return the balance and the next bill."""
        now = timezone.now()
        summary = selectors.account_summary(user_id=str(request.user.pk), today=now.date())
        output = self.Output(
            {
                "user": request.user.get_username(),
                "current_balance": summary.current_balance,
                "billing_cycle": summary.billing_cycle,
                "next_billing_date": summary.next_billing_date,
                "timestamp": now,
            }
        )
        return Response(output.data)


class TransactionListApi(ListAPIView[Transaction]):
    """The signed-in user's transactions, newest first."""

    class Query(serializers.Serializer[Any]):
        status = serializers.ChoiceField(
            Transaction.Status.choices, required=False, help_text="Return only transactions with this status."
        )

    class Output(serializers.ModelSerializer[Transaction]):
        class Meta:
            model = Transaction
            fields = ["id", "amount", "description", "date", "status"]
            ref_name = "Transaction"

    serializer_class = Output
    query_serializer_class = Query
    filter_backends = [QueryFilter]

    def get_queryset(self) -> QuerySet[Transaction]:
        """Return only the signed-in user's transactions."""
        if getattr(self, "swagger_fake_view", False):  # drf-spectacular creates the document without a user
            return Transaction.objects.none()
        return selectors.transactions_of(user_id=str(self.request.user.pk))

    def filter_rows(self, rows: QuerySet[Transaction], status: str | None = None) -> QuerySet[Transaction]:
        """Apply the status filter."""
        return rows.filter(status=status) if status else rows
