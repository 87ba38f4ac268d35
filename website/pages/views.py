"""The pages. A view renders its template and calls no service: JavaScript loads the data."""

from accounts.sign_in import signed_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Render the home page, for everyone."""
    return render(request, "pages/home.html")


@require_safe
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """Render the dashboard: profile, balance, newest transactions and lowest stock."""
    return render(request, "pages/dashboard.html")


@require_safe
@signed_in
def billing(request: HttpRequest) -> HttpResponse:
    """Render the user's account and transactions."""
    return render(request, "pages/billing.html")


@require_safe
@signed_in
def inventory(request: HttpRequest) -> HttpResponse:
    """Render the items, with a dialog for one of them."""
    return render(request, "pages/inventory.html")
