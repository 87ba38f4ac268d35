"""Anyone can begin a sign-in with a provider: it costs a row, and a request to the provider if that one fails."""

import pytest
from identity_provider.flows.models import FlowState
from identity_provider.providers.settings import Provider, Providers
from tests.servers import free_port

pytestmark = pytest.mark.django_db


def test_beginning_with_a_provider_is_limited(client, configure):
    issuer = f"http://127.0.0.1:{free_port()}"
    company = Provider("company", "Company", "openid_connect", issuer, "id", "a secret")
    configure(providers=Providers({"company": company}))
    answers = [client.post("/api/auth/flow/provider/company/").status_code for _ in range(150)]
    assert answers[0] == 503
    assert 429 in answers
    assert FlowState.objects.count() <= 120
