"""The base of what the admin shows: lists and pages of one model, to read.

Django's ``ModelAdmin`` accepts every field of a model as a filter in a URL (``?password__startswith=``), also a field
that no page shows. Here, only the declared filters exist, and each page names its fields.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.views.main import ChangeList, ChangeListSearchForm
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

if TYPE_CHECKING:
    Admin = ModelAdmin[Any]
else:
    Admin = ModelAdmin  # not generic at run time

MAX_SEARCH = 254
"""Maximum length of a search. Each of its words is a condition."""

NULL = "\x00"
"""PostgreSQL accepts no null character in a text."""

LABELS = {
    "id": "ID",
    "uid": "ID at the provider",
    "user_id": "User ID",
    "session_id": "Session ID",
    "request_id": "Request ID",
    "is_active": "Active",
    "address": "Network",
    "remember": "Keeps the user signed in",
    "used_before": "Used in an earlier hour",
    "authenticated_at": "Identity proven at",
    "rotations": "Refreshes",
    "hint": "Begins with",
    "last_used_at": "Last used at",
}
"""Labels where the name of a field isn't one."""

_COMPARISONS = ("exact", "isnull", "gte", "lt")
"""The lookups of Django's filters."""


class SearchForm(ChangeListSearchForm):
    """The search of a list, with a limit on its length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.fields[name] = forms.CharField(required=field.required, strip=False, max_length=MAX_SEARCH)


class RecordList(ChangeList):
    """The list of a model."""

    search_form_class = SearchForm


class Records(Admin):
    """Shows the rows of a model. Nothing can be added, changed or deleted: the services and their audit log do that."""

    title: ClassVar[str]
    fields: ClassVar[Any]
    lookups: ClassVar[tuple[str, ...]] = ()
    """Filters of links from other pages, in addition to those of ``list_filter``."""
    named_by: ClassVar[tuple[str, ...]] = ()
    """Columns of other models that name the rows to which this model refers."""
    computed_from: ClassVar[tuple[str, ...]] = ()
    """Columns from which fields of this class are computed."""
    actions = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    view_on_site = False

    def get_urls(self) -> list[URLPattern]:
        """Return the list and the page of a row. Django has four more, which only matter for changes."""
        view = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("<path:object_id>/change/", view(self.change_view), name=f"{name}_change"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return True: :func:`.access.for_operators` has admitted the user."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True: :func:`.access.for_operators` has admitted the user."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which only gives the labels."""
        return super().get_form(request, obj, change, labels=LABELS, **kwargs)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the class of the list."""
        return RecordList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows, without the columns that no page shows: secrets don't leave the database."""
        shown = {field.name for field in self.opts.concrete_fields if field.name in self.fields}
        related = {name.partition("__")[0] for name in self.named_by}
        rows = super().get_queryset(request).select_related(*related) if related else super().get_queryset(request)
        return rows.only(self.opts.pk.name, *shown, *self.named_by, *self.computed_from)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Return True for the declared filters only. Any other is a 400."""
        names = [entry for entry in self.list_filter if isinstance(entry, str)]
        parameters = {getattr(entry, "parameter_name", "") for entry in self.list_filter}
        allowed = {f"{name}__{comparison}" for name in names for comparison in _COMPARISONS}
        return lookup in allowed.union(parameters, self.lookups) and NULL not in str(value)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Return False: a page is found by its primary key."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Return the row, None if there is none."""
        return None if NULL in object_id else super().get_object(request, object_id, from_field)

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> HttpResponse:
        """Respond with 404. Django redirects, with a message that would need a session."""
        raise Http404
