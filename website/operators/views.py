"""The pages for operators. Views only render templates: scripts load the data and send the changes."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from .guard import for_operators


@require_safe
@for_operators
def index(request: HttpRequest) -> HttpResponse:
    """Redirect to the first page."""
    return HttpResponseRedirect(reverse("operators-users"))


@require_safe
@for_operators
def users(request: HttpRequest) -> HttpResponse:
    """Render the list of users."""
    return render(request, "operators/users.html")


@require_safe
@for_operators
def user(request: HttpRequest, user_id: str) -> HttpResponse:
    """Render one user. Whether the account exists, the script finds out."""
    return render(request, "operators/user.html", {"user_id": user_id})


@require_safe
@for_operators
def invite(request: HttpRequest) -> HttpResponse:
    """Render the form that invites a person."""
    return render(request, "operators/invite.html")


@require_safe
@for_operators
def events(request: HttpRequest) -> HttpResponse:
    """Render the events of all accounts."""
    return render(request, "operators/events.html")


@require_safe
@for_operators
def programs(request: HttpRequest) -> HttpResponse:
    """Render the list of service accounts."""
    return render(request, "operators/programs.html")
