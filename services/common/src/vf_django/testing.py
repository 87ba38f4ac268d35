"""For a service's own tests: requests as a user, proven by a real assertion, without a gateway.

``as_user(client, roles=("operator",))`` makes a Django or DRF test client sign its requests with a key of this
process, which from then on the process believes. The whole way from header to ``request.user`` is the real one.
"""

import time
from typing import Any, TypeVar

from django.test import Client

from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, assertion, generate_pem, signing_key_from_pem

from .key_sources import StaticKeys
from .verifiers import edge_verifier

TEST_KEY = signing_key_from_pem(generate_pem())
"""Signs the assertions; made anew in every process."""

_TEST_KEYS = StaticKeys(TEST_KEY)

TEST_USER = Identity("usr_test", "test", "test@example.test", (), "ses_test")

SomeClient = TypeVar("SomeClient", bound=Client)


def as_user(
    client: SomeClient,
    *,
    user_id: str = TEST_USER.user_id,
    username: str = TEST_USER.username,
    email: str = TEST_USER.email,
    roles: tuple[str, ...] = (),
    session_id: str = TEST_USER.session_id,
) -> SomeClient:
    """``client``, whose requests now carry this user's identity headers. Calling it again changes the user."""
    identity = Identity(user_id, username, email, roles, session_id)
    send = type(client).request

    def request(**environ: Any) -> Any:
        trust_test_key()
        headers = identity_headers_for(identity)
        signed = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        return send(client, **{**signed, **environ})

    client.request = request  # type: ignore[method-assign]
    return client


def as_anonymous(client: SomeClient) -> SomeClient:
    """``client`` without a user again."""
    client.__dict__.pop("request", None)
    return client


def identity_headers_for(
    identity: Identity = TEST_USER, *, audience: str | None = None, binding: RequestBinding | None = None
) -> dict[str, str]:
    """Identity headers as the gateway sends them, signed by :data:`TEST_KEY`; for any HTTP client."""
    token = assertion.mint(
        TEST_KEY,
        identity,
        audience=audience or edge_verifier().audience,
        issued_at=int(time.time()),
        binding=binding,
    )
    return identity_headers.encode(identity, token)


def trust_test_key() -> None:
    """Make this process believe :data:`TEST_KEY`, and it alone."""
    edge_verifier().assertions.trust(_TEST_KEYS)
