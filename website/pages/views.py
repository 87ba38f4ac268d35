"""The pages. A view renders its template and calls nobody: what the page shows, its JavaScript loads."""

from accounts.sign_in import signed_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the platform is, for everybody."""
    return render(request, "pages/home.html")


@require_safe
@signed_in
def dashboard(request: HttpRequest) -> HttpResponse:
    """Profile, balance, newest transactions and lowest stock at a glance."""
    return render(request, "pages/dashboard.html")


@require_safe
@signed_in
def billing(request: HttpRequest) -> HttpResponse:
    """The person's account and transactions."""
    return render(request, "pages/billing.html")


@require_safe
@signed_in
def inventory(request: HttpRequest) -> HttpResponse:
    """The items, and one of them in a dialog."""
    return render(request, "pages/inventory.html")
