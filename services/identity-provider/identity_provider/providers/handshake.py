"""The redirect to a provider and back: authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636), by allauth."""

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from .adapter import client_of
from .errors import ProviderRefused, ProviderUnavailable
from .settings import Provider

NEXT = "next"


def begin(http: HttpRequest, provider: Provider, *, callback_url: str, process: str, next_url: str = "") -> str:
    """Return the URL at which the provider asks the user. Raises :class:`ProviderUnavailable`.

    ``state`` and the PKCE verifier are kept in ``http.session``.
    """
    client, _ = client_of(http, provider, callback_url=callback_url)
    try:
        return str(client.redirect(http, process=process, data={NEXT: next_url}).url)
    except (requests.RequestException, ProviderException, ImmediateHttpResponse, ValueError, KeyError) as error:
        raise ProviderUnavailable(type(error).__name__) from error


def take_state(http: HttpRequest, provider: Provider, *, process: str) -> dict[str, Any]:
    """Return what :func:`begin` kept, once. Raises :class:`ProviderRefused` if this browser began no such handshake."""
    state_id = http.GET.get("state", "")
    state = statekit.unstash_state(http, provider_id=provider.id, state_id=state_id) if state_id else None
    if state is None or state.get("process") != process:
        raise ProviderRefused("no_such_state")
    return dict(state)


def complete(http: HttpRequest, provider: Provider, state: dict[str, Any], *, callback_url: str) -> SocialLogin:
    """Exchange the code and return who signed in. Raises :class:`ProviderRefused` or :class:`ProviderUnavailable`.

    An ``iss`` in the response must be the provider's (RFC 9207 §2.4).
    """
    if "error" in http.GET or "code" not in http.GET:
        raise ProviderRefused("denied" if http.GET.get("error") == "access_denied" else "error_response")
    if http.GET.get("iss", provider.issuer) != provider.issuer:
        raise ProviderRefused("other_issuer")
    client, adapter = client_of(http, provider, callback_url=callback_url)
    try:
        tokens = adapter.get_access_token_data(
            http, client.app, adapter.get_client(http, client.app), pkce_code_verifier=state.get("pkce_code_verifier")
        )
        return adapter.complete_login(http, client.app, adapter.parse_token(tokens), response=tokens)
    except requests.RequestException as error:
        raise ProviderUnavailable(type(error).__name__) from error
    except (OAuth2Error, ProviderException, PermissionDenied, ValidationError, ValueError, KeyError) as error:
        raise ProviderRefused("invalid_response") from error
