"""System checks: one identity middleware, in the right position, is the only source of ``request.user``."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ..configuration import DirectConfiguration, EdgeConfiguration

CONTEXT = "vf_django.middleware.RequestContextMiddleware"
EDGE = "vf_django.middleware.EdgeIdentityMiddleware"
DIRECT = "vf_django.middleware.JWTAuthenticationMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
OTHERS_THAT_SET_THE_USER = {
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.RemoteUserMiddleware",
    "django.contrib.auth.middleware.PersistentRemoteUserMiddleware",
}
UPDATE_CACHE = "django.middleware.cache.UpdateCacheMiddleware"
FETCH_FROM_CACHE = "django.middleware.cache.FetchFromCacheMiddleware"


def installed_middleware() -> list[str]:
    """Return ``MIDDLEWARE``, with the library's classes and their subclasses under the names that the checks use."""
    ours = {import_string(name): name for name in (CONTEXT, EDGE, DIRECT)}

    def known(name: str) -> str:
        if name.startswith("django."):  # not the library's, and cannot be imported without its tables
            return name
        ancestors = getattr(import_string(name), "__mro__", ())
        return next((ours[kind] for kind in ancestors if kind in ours), name)

    return [known(name) for name in settings.MIDDLEWARE]


@register(Tags.security)
def check_configuration(**_: Any) -> list[CheckMessage]:
    """vf.E001: the settings of the identity middleware are complete."""
    try:
        if EDGE in installed_middleware():
            EdgeConfiguration.from_settings()
        if DIRECT in installed_middleware():
            DirectConfiguration.from_settings()
    except ImproperlyConfigured as error:
        return [Error(f"{error}.", hint="See VF_EDGE and VF_DIRECT in the library's README.", id="vf.E001")]
    return []


@register(Tags.security)
def check_role_permissions(**_: Any) -> list[CheckMessage]:
    """vf.E018: each role has a list of permissions. A string would be read as a list of single letters."""
    granted = getattr(settings, "VF_ROLE_PERMISSIONS", {})
    if isinstance(granted, Mapping) and not any(isinstance(permissions, str) for permissions in granted.values()):
        return []
    hint = 'Write VF_ROLE_PERMISSIONS = {"clerk": ["orders.view_order"]}.'
    return [Error("VF_ROLE_PERMISSIONS is not a list of permissions for each role.", hint=hint, id="vf.E018")]


@register(Tags.security)
def check_middleware(**_: Any) -> list[CheckMessage]:
    """vf.E002 to vf.E004, vf.W005, vf.W008, vf.E016: the middleware is installed once, in the right order."""
    installed = installed_middleware()
    identity = [name for name in (EDGE, DIRECT) if name in installed]
    if not identity:
        hint = f"Add {EDGE!r} to MIDDLEWARE."
        return [Error("No middleware sets request.user from a verified identity.", hint=hint, id="vf.E002")]
    if len(identity) > 1:
        hint = "Keep EdgeIdentityMiddleware behind the gateway, or JWTAuthenticationMiddleware without one."
        return [Error(f"Both {EDGE} and {DIRECT} are installed: the later one wins.", hint=hint, id="vf.E003")]
    return [
        *_other_sources(installed, identity[0]),
        *_cors_order(installed),
        *_context_order(installed),
        *_cache_order(installed, identity[0]),
    ]


@register(Tags.security)
def check_admin(**_: Any) -> list[CheckMessage]:
    """vf.W015: report Django's admin. It trusts its own sessions, and the middleware replaces their user."""
    if "django.contrib.admin" not in settings.INSTALLED_APPS or EDGE not in installed_middleware():
        return []
    hint = "Run the admin as a separate process with Django's accounts. See the library's README."
    return [Warning("Users can't sign in to Django's admin in this service.", hint=hint, id="vf.W015")]


@register(Tags.security)
def check_rest_framework(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """vf.W006, vf.E007, vf.W017: DRF uses only the middleware's user, and the library's class for anonymous users."""
    if "rest_framework" not in settings.INSTALLED_APPS:
        return []
    from rest_framework.settings import api_settings

    from ..authentication import EdgeAuthentication

    classes: list[Any] = list(api_settings.DEFAULT_AUTHENTICATION_CLASSES)
    found: list[CheckMessage] = []
    if not classes or not all(issubclass(kind, EdgeAuthentication) for kind in classes):
        problem = "DRF accepts other credentials than the edge identity."
        hint = (
            'Set REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] to ["vf_django.authentication.EdgeAuthentication"]: '
            "the gateway doesn't verify other credentials."
        )
        found.append(Warning(problem, hint=hint, id="vf.W006"))
    return [*found, *_nobody()]


def _nobody() -> list[CheckMessage]:
    default = "django.contrib.auth.models.AnonymousUser"
    if getattr(settings, "REST_FRAMEWORK", {}).get("UNAUTHENTICATED_USER", default) != default:
        return []
    hint = 'Set REST_FRAMEWORK["UNAUTHENTICATED_USER"] to "vf_django.users.AnonymousUser".'
    if "django.contrib.auth" in settings.INSTALLED_APPS:
        return [Warning("Anonymous users in DRF views have no `roles` or `has_role()`.", hint=hint, id="vf.W017")]
    return [Error("Every anonymous request to a DRF view would return 500.", hint=hint, id="vf.E007")]


def _other_sources(installed: list[str], identity: str) -> list[CheckMessage]:
    place = installed.index(identity)
    late = [name for name in installed[place:] if _sets_the_user(name)]
    hint = f"Put {identity!r} after it, or remove it."
    return [Error(f"{name} replaces the verified user with its own.", hint=hint, id="vf.E004") for name in late]


def _sets_the_user(middleware: str) -> bool:
    """Return True for a class that extends one of Django's that set the user."""
    if middleware in OTHERS_THAT_SET_THE_USER:
        return True
    ancestors = getattr(import_string(middleware), "__mro__", ())
    return any(f"{kind.__module__}.{kind.__qualname__}" in OTHERS_THAT_SET_THE_USER for kind in ancestors)


def _cors_order(installed: list[str]) -> list[CheckMessage]:
    if DIRECT not in installed or CORS in installed[: installed.index(DIRECT)]:
        return []
    hint = f"Put {CORS!r} before {DIRECT!r}: preflights have no credential, and a script must be able to read a 401."
    return [Warning("In direct mode, no CORS middleware runs before the identity middleware.", hint=hint, id="vf.W005")]


def _context_order(installed: list[str]) -> list[CheckMessage]:
    if CONTEXT not in installed or installed[0] == CONTEXT:
        return []
    hint = f"Put {CONTEXT!r} first."
    return [Warning("Middleware before RequestContextMiddleware logs without a request ID.", hint=hint, id="vf.W008")]


def _cache_order(installed: list[str], identity: str) -> list[CheckMessage]:
    before, after = installed[: installed.index(identity)], installed[installed.index(identity) :]
    if UPDATE_CACHE not in after and FETCH_FROM_CACHE not in before:
        return []
    hint = f"Put {UPDATE_CACHE!r} before {identity!r}, and {FETCH_FROM_CACHE!r} after it."
    return [Error("Django's cache can serve one user's page to another.", hint=hint, id="vf.E016")]
