"""URLs of an API: the versioned form ``/api/v1/…``, and the alias ``/api/…`` of endpoints that are older than it.

The policy is in docs/adr/0013-versioned-addresses.md: aliases stay, and a new endpoint has only the versioned form.
"""

from typing import Any

from django.urls import URLPattern, URLResolver, path

ALIAS = "api/"
VERSIONED = "api/v1/"


def both_forms(route: str, view: Any, name: str | None = None) -> list[URLPattern | URLResolver]:
    """Return the URL patterns of ``route`` below both prefixes, with one view and one name.

    ``view`` is a view or ``include(…)``. ``reverse()`` uses the last pattern of a name: the versioned one.
    """
    return [path(prefix + route, view, name=name) for prefix in (ALIAS, VERSIONED)]


def without_aliases(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Remove the aliases of versioned paths from what drf-spectacular describes (a ``PREPROCESSING_HOOKS`` entry)."""
    versioned = {path for path, *_ in endpoints if path.startswith(f"/{VERSIONED}")}
    aliases = {f"/{ALIAS}{path.removeprefix(f'/{VERSIONED}')}" for path in versioned}
    return [endpoint for endpoint in endpoints if endpoint[0] not in aliases]
