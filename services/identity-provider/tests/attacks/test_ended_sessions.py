"""A session that ends while the provider responds connects nothing."""

from datetime import UTC, datetime

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from identity_provider.providers import handshake
from identity_provider.providers.settings import Provider, Providers
from identity_provider.signin.services import sign_out_everywhere
from tests.flows.factors import in_session

pytestmark = pytest.mark.django_db


def test_a_session_that_has_ended_meanwhile_connects_no_provider(client, alice, configure, monkeypatch):
    company = Provider("company", "Company", "openid_connect", "https://company.example", "id", "a secret")
    configure(providers=Providers({"company": company}))

    def complete(*_args, **_values):
        sign_out_everywhere(user_id=alice.pk, now=datetime.now(UTC))
        return SocialLogin(account=SocialAccount(provider="company", uid="mallory"))

    monkeypatch.setattr(handshake, "take_state", lambda *_args, **_values: {})
    monkeypatch.setattr(handshake, "complete", complete)
    in_session(client, alice).get("/api/auth/account/providers/company/callback/")
    assert not SocialAccount.objects.exists()
