"""The admin's site: Django's, with the platform's sign-in, and without anything that changes a row."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.contrib.messages.storage.base import BaseStorage
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.text import slugify
from django.views.generic import RedirectView

from ..configuration import current
from ..signin.continuation import LOGIN_PAGE
from .access import for_operators
from .records import Records
from .registered import GROUPS, SHOWN

ROOT = "/admin/"


class ForThisResponse(BaseStorage):
    """Messages that Django shows in the same response, such as an invalid search. No session could keep them."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: list[Any], response: HttpResponse, *args: Any, **kwargs: Any) -> list[Any]:
        return []


class OperatorSite(AdminSite):
    """Shows the stored records to operators."""

    site_title = site_header = "VF Services records"
    index_title = "Records"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return a view for operators, with messages. Django's own would check a CSRF cookie here."""

        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request._messages = ForThisResponse(request)  # type: ignore[attr-defined]
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

        return for_operators(shown)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return True: :func:`.access.for_operators` has admitted the user."""
        return True

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the URLs. Django's own also have a sign-in form, a change of password, and searches in all models."""
        return [
            path("", self.admin_view(self.index), name="index"),
            path("login/", for_operators(RedirectView.as_view(url=ROOT)), name="login"),  # never to its ``next``
            path("jsi18n/", self.admin_view(self.i18n_javascript), name="jsi18n"),
            *(
                path(f"{model._meta.app_label}/{model._meta.model_name}/", include(records.get_urls()))
                for model, records in self._registry.items()
            ),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the models by what they are for. Their apps are packages, whose names mean nothing to operators."""
        index = reverse("admin:index", current_app=self.name)
        return [
            {
                "name": name,
                "app_label": slugify(name),
                "app_url": f"{index}#{slugify(name)}",
                "models": list(_entries(of)),
            }
            for name, of in GROUPS.items()
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what each page shows. Without the empty token, Django would set a CSRF cookie."""
        return {
            **super().each_context(request),
            "user": request.user,
            "messages": request._messages,  # type: ignore[attr-defined]
            "csrf_token": "",
            "site_url": _website(request),
            "signed_out_page": f"{_sign_in_origin(request)}{LOGIN_PAGE}?signed_out=1",
        }

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Return nothing: changes are in the audit log, and none happens here."""
        return LogEntry.objects.none()


def _entries(models: Mapping[type[Model], type[Records]]) -> Iterator[dict[str, Any]]:
    for model, records in models.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        name = model._meta.object_name
        yield {"model": model, "name": records.title, "object_name": name, "admin_url": url, "view_only": True}


def _website(request: HttpRequest) -> str:
    _, colon, port = request.get_host().partition(":")
    return f"{request.scheme}://{current().base_domain}{colon}{port}/"


def _sign_in_origin(request: HttpRequest) -> str:
    """Return the origin of the sign-in page; empty if this host has it."""
    return _website(request).rstrip("/") if current().login_origins else ""


site = OperatorSite(name="admin")
for shown, shown_by in SHOWN.items():
    site.register(shown, shown_by)
