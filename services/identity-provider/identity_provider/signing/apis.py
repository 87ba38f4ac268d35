"""The published key set."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from .key_ring import key_ring

MAX_AGE = 60
"""Seconds for which a verifier may cache the set; far below the activation delay of a new key."""


@require_safe
def key_set(request: HttpRequest) -> JsonResponse:
    """Return the public keys that verify access tokens (RFC 7517 §5). Empty with HS256."""
    response = JsonResponse(key_ring().keys().document, content_type="application/jwk-set+json")
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
