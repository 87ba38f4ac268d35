"""System checks: every DRF view declares a policy, for the user that the gateway has verified."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.urls import URLPattern, URLResolver, get_resolver


@register(Tags.security)
def check_policies(**_: Any) -> list[CheckMessage]:
    """vf.E009: report a view without ``permission_classes`` of its own if the default allows everyone."""
    if "rest_framework" not in settings.INSTALLED_APPS or not getattr(settings, "ROOT_URLCONF", None):
        return []
    if not _default_lets_everybody_in():
        return []
    hint = (
        'Set REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] to ["rest_framework.permissions.IsAuthenticated"], '
        "or declare permission_classes on the view (AllowAny, if that is meant)."
    )
    undeclared = sorted({_name(view) for view in _api_views(get_resolver()) if not _declares_policy(view)})
    return [Error(f"{name} has no policy, so anyone can call it.", hint=hint, id="vf.E009") for name in undeclared]


@register(Tags.security)
def check_authentication(**_: Any) -> list[CheckMessage]:
    """vf.W006: report a view whose ``authentication_classes`` bypass the gateway's identity. An empty list makes every
    user anonymous.
    """
    if "rest_framework" not in settings.INSTALLED_APPS or not getattr(settings, "ROOT_URLCONF", None):
        return []
    hint = "Remove authentication_classes: the gateway doesn't verify other credentials."
    odd = sorted({_name(view) for view in _api_views(get_resolver()) if _authenticates_otherwise(view)})
    return [
        Warning(f"{name} accepts other credentials than the edge identity.", hint=hint, id="vf.W006") for name in odd
    ]


def _authenticates_otherwise(view: type[Any]) -> bool:
    from rest_framework.views import APIView

    from ..authentication import EdgeAuthentication

    classes = view.authentication_classes
    own = classes is not APIView.authentication_classes  # the settings' classes have a check of their own
    return own and not all(issubclass(kind, EdgeAuthentication) for kind in classes or ())


def _default_lets_everybody_in() -> bool:
    from rest_framework.permissions import AllowAny
    from rest_framework.settings import api_settings

    classes: list[Any] = list(api_settings.DEFAULT_PERMISSION_CLASSES)
    return all(kind is AllowAny for kind in classes)


def _api_views(resolver: URLResolver) -> Iterator[type[Any]]:
    from rest_framework.views import APIView

    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _api_views(pattern)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, APIView):
                yield view


def _declares_policy(view: type[Any]) -> bool:
    """Return True if the view or one of its base classes outside of DRF sets the policy or overrides the method that
    returns it.

    ``@api_view`` writes the default into the class that it creates, so that attribute does not count.
    """
    from rest_framework.views import APIView

    own = [kind.__dict__ for kind in view.__mro__ if not kind.__module__.startswith("rest_framework.")]
    default = APIView.permission_classes
    return any("get_permissions" in kind or kind.get("permission_classes", default) is not default for kind in own)


def _name(view: type[Any]) -> str:
    return f"{view.__module__}.{view.__name__}"  # not __qualname__: every @api_view has WrappedAPIView
