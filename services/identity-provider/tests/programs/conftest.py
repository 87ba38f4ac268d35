"""Programs' credentials, and the token endpoint as a program calls it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from identity_provider.programs import services

TOKEN = "/api/auth/token/"
TOKENS = "/api/auth/tokens/"
ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def personal_token(alice):
    """A function that creates a token of alice, or of another user."""

    def create(scopes=("customer",), *, user=alice, days=90):
        return services.create_token(
            user_id=user.pk, name="laptop", scopes=list(scopes), lifetime=timedelta(days=days), now=timezone.now()
        )

    return create


@pytest.fixture
def service_account(db):
    def create(name="nightly-report", roles=("operator",)):
        return services.create_service_account(name=name, roles=list(roles), now=timezone.now())

    return create


@pytest.fixture
def exchange(client):
    """Sends a personal access token to the token endpoint."""

    def post(secret, **more):
        form = {"grant_type": TOKEN_EXCHANGE, "subject_token": secret, "subject_token_type": ACCESS_TOKEN_TYPE}
        return _post(client, {**form, **more})

    return post


@pytest.fixture
def client_credentials(client):
    """Sends the credentials of a service account in the form."""

    def post(client_id, secret, **more):
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        return _post(client, {**form, **more})

    return post


def _post(client, form):
    return client.post(TOKEN, urlencode(form), content_type=FORM)
