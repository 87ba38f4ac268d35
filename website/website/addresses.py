"""Public URLs of the platform's services, as the browser sees them.

Scheme and port are those of the browser's request, so pages work behind any public port.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vf_django.answer_for import mark_of
from vf_django.users import AnonymousUser

APIS = ("identity", "billing", "inventory")
SUBDOMAINS = "subdomains"

_SECTIONS = (("dashboard", _("Dashboard")), ("billing", _("Billing")), ("inventory", _("Inventory")))


def origin(request: HttpRequest, host: str) -> str:
    """Return ``host`` as an origin, such as ``https://billing.example.org:8443``."""
    _host, port = split_domain_port(request.get_host())
    return f"{request.scheme}://{host}" + (f":{port}" if port else "")


def api_origins(request: HttpRequest) -> dict[str, str]:
    """Return the origin of each API; empty strings if the APIs share the page's origin."""
    if settings.VF_LAYOUT != SUBDOMAINS:
        return dict.fromkeys(APIS, "")
    return {name: origin(request, f"{name}.{settings.BASE_DOMAIN}") for name in APIS}


def home(request: HttpRequest) -> str:
    """Return the prefix for the path of a page: empty on a host that serves all pages.

    The hosts of Traefik's dashboard and of the admin serve the sign-in page too, and other pages of their own.
    """
    host, _port = split_domain_port(request.get_host())
    return origin(request, settings.BASE_DOMAIN) if host in (_traefik_host(), _admin_host()) else ""


def site(request: HttpRequest) -> dict[str, object]:
    """Return what every template can read as ``site``: a context processor."""
    return {
        "site": {
            "home": home(request),
            "person": mark_of(getattr(request, "user", AnonymousUser())),
            "login_path": reverse("login"),
            "sections": [(reverse(name), label) for name, label in _SECTIONS],
            "traefik_dashboard": f"{origin(request, _traefik_host())}/dashboard/",
            "admin": f"{origin(request, _admin_host())}/admin/" if settings.VF_ADMIN else "",
            **{f"{name}_api": address for name, address in api_origins(request).items()},
        }
    }


def _traefik_host() -> str:
    return f"traefik.{settings.BASE_DOMAIN}"


def _admin_host() -> str:
    return f"admin.{settings.BASE_DOMAIN}"
