"""``GET /.well-known/oauth-authorization-server``: server metadata (RFC 8414), with true members only.

There is no authorization endpoint, so no response type is supported. Scopes are the platform's roles, which are not
published. ``issuer`` is the ``iss`` of the access tokens. In development it lacks the port of the other URLs.
"""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..configuration import current
from .token_endpoint import GRANTS

MAX_AGE = 300
"""Seconds for which a client may cache the document."""


@require_safe
def server_metadata(request: HttpRequest) -> JsonResponse:
    """Return what the token endpoint supports.

    The document depends on the settings only, never on the request's host.
    """
    origin = current().public_origin
    document = {
        "issuer": current().signing.policy.issuer,
        "token_endpoint": origin + reverse("token"),
        "jwks_uri": origin + reverse("key-set"),
        "response_types_supported": [],
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    }
    response = JsonResponse(document)
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
