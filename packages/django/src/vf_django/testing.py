"""Test helpers for a service: requests as a user, verified by a real assertion, without a gateway.

``as_user(client, roles=("operator",))`` makes a test client (Django's, the async one, DRF's) sign its requests with a
key of this process, which the process trusts from then on. Everything from the headers to ``request.user`` runs as in
production.
"""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import AsyncClient, Client

from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, assertion, generate_pem, signing_key_from_pem

from .key_sources import StaticKeys
from .request_target import request_target
from .verifiers import edge_verifier

TEST_KEY = signing_key_from_pem(generate_pem())
"""Signs the assertions; generated in every process."""

_TEST_KEYS = StaticKeys(TEST_KEY)

TEST_USER = Identity("usr_test", "test", "test@example.test", (), "ses_test")

SomeClient = TypeVar("SomeClient", bound=Client | AsyncClient)


def as_user(
    client: SomeClient,
    *,
    user_id: str = TEST_USER.user_id,
    username: str = TEST_USER.username,
    email: str = TEST_USER.email,
    roles: tuple[str, ...] = (),
    session_id: str = TEST_USER.session_id,
    actor_id: str = "",
) -> SomeClient:
    """Return ``client``, whose requests now have this user's identity headers. Call it again to change the user."""
    identity = Identity(user_id, username, email, roles, session_id, actor_id)
    send: Callable[..., Any] = type(client).request
    factory: Any = client  # the types lack the method that creates a request

    def request(**sent: Any) -> Any:
        if isinstance(client, AsyncClient):
            return send(client, **_with_headers(sent, _headers(identity, _asgi_request(factory, sent))))
        headers = _headers(identity, WSGIRequest(factory._base_environ(**sent)))
        signed = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        return send(client, **{**signed, **sent})

    client.request = request  # type: ignore[method-assign]
    return client


def as_anonymous(client: SomeClient) -> SomeClient:
    """Return ``client`` without a user."""
    client.__dict__.pop("request", None)
    return client


def identity_headers_for(
    identity: Identity = TEST_USER, *, audience: str | None = None, binding: RequestBinding | None = None
) -> dict[str, str]:
    """Return identity headers as the gateway sends them, signed by :data:`TEST_KEY`; for any HTTP client.

    Without ``audience``, they are for this process's own service, which trusts the key from then on.
    """
    if audience is None:
        trust_test_key()
    token = assertion.mint(
        TEST_KEY,
        identity,
        audience=audience or edge_verifier().audience,
        issued_at=int(time.time()),
        binding=binding,
    )
    return identity_headers.encode(identity, token)


def trust_test_key() -> None:
    """Make this process trust only :data:`TEST_KEY`."""
    edge_verifier().assertions.trust(_TEST_KEYS)


def _headers(identity: Identity, request: HttpRequest) -> dict[str, str]:
    bound = edge_verifier().require_binding
    binding = RequestBinding.of(request.method or "", request_target(request)) if bound else None
    return identity_headers_for(identity, binding=binding)


def _asgi_request(factory: Any, sent: dict[str, Any]) -> ASGIRequest:
    return ASGIRequest(factory._base_scope(**{**sent, "headers": []}), BytesIO())  # Django adds cookies to the list


def _with_headers(sent: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    own = sent.get("headers", [])
    given = {name.lower() for name, _ in own}
    signed = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {**sent, "headers": [*own, *(pair for pair in signed if pair[0] not in given)]}
