"""What access tokens say about the sign-in, and the roles that they have only with a second factor."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from identity_provider.factors import services as factors
from identity_provider.operators import services as operators
from identity_provider.signin.models import Session
from tests.flows.factors import MFA, REAUTHENTICATE, App, in_session, new_session, post, set_up

from vf_django.testing import as_anonymous, as_user
from vf_tokens.compact import parse

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 7"
OPERATOR = frozenset({"operator"})


def claims(response):
    assert response.status_code == 200, response.content
    return parse(response.cookies["jwt"].value.encode()).payload


def refresh(client):
    return claims(as_anonymous(client).post("/api/auth/refresh/"))


def test_a_password_is_one_factor(sign_in, alice):
    said = claims(sign_in())
    assert (said["acr"], said["amr"]) == ("aal1", ["pwd"])
    assert said["auth_time"] == said["iat"] == int(Session.objects.get().created_at.timestamp())


def test_a_second_factor_is_said_and_kept_by_a_refresh(client, sign_in, alice):
    sign_in()
    app, _ = set_up(in_session(client, alice))
    as_anonymous(client).cookies.clear()
    sign_in()
    said = claims(post(client, MFA, {"code": app.code()}))
    assert (said["acr"], said["amr"]) == ("aal2", ["pwd", "otp", "mfa"])
    again = refresh(client)
    assert [again[name] for name in ("acr", "amr", "auth_time")] == [said[name] for name in ("acr", "amr", "auth_time")]


def test_a_reauthentication_updates_the_time_of_the_next_token(client, sign_in, alice):
    before = claims(sign_in())["auth_time"]
    Session.objects.update(authenticated_at=Session.objects.get().created_at - timedelta(hours=1))
    assert refresh(client)["auth_time"] == before - 3600
    assert post(in_session(client, alice), REAUTHENTICATE, {"password": PASSWORD}).status_code == 204
    assert refresh(client)["auth_time"] >= before


class TestRolesThatRequireAFactor:
    @pytest.fixture(autouse=True)
    def required(self, configure):
        configure(require_mfa_roles=OPERATOR)

    @pytest.fixture
    def olga(self, make_user):
        return make_user("olga", roles=("customer", "operator"))

    def exchange(self, client, form):
        encoded = {"content_type": "application/x-www-form-urlencoded"}
        return as_anonymous(client).post("/api/auth/token/", urlencode(form), **encoded)

    def profile(self, client, user, roles):
        return as_user(client, user_id=user.pk, roles=tuple(roles), session_id="ses_x").get("/api/profile/").json()

    def test_are_missing_until_one_is_used_in_the_session(self, client, sign_in, olga):
        first = sign_in("olga")
        assert claims(first)["roles"] == first.json()["roles"] == ["customer"]
        assert self.profile(client, olga, ["customer"])["factor_required"]
        set_up(in_session(client, olga))
        assert refresh(client)["roles"] == ["customer", "operator"]
        assert not self.profile(client, olga, ["customer", "operator"])["factor_required"]

    def test_are_there_after_a_sign_in_with_one(self, client, sign_in, olga):
        app, _ = set_up(in_session(client, olga))
        as_anonymous(client)
        sign_in("olga")
        assert claims(post(client, MFA, {"code": app.code()}))["roles"] == ["customer", "operator"]

    def test_stay_missing_in_a_session_from_before_the_factor(self, client, other_client, sign_in, olga):
        sign_in("olga")
        set_up(in_session(other_client, olga, new_session(olga)))
        assert refresh(client)["roles"] == ["customer"]

    def test_do_not_concern_others(self, client, sign_in, alice):
        assert claims(sign_in())["roles"] == ["customer"]
        assert not self.profile(client, alice, ["customer"])["factor_required"]

    def test_are_no_scopes_of_a_token_created_without_a_factor(self, client, olga):
        body = {"name": "x", "scopes": ["operator"]}
        in_session(client, olga)
        assert post(client, "/api/auth/tokens/", body).status_code == 400
        set_up(client)
        assert post(client, "/api/auth/tokens/", body).status_code == 201

    def test_leave_a_personal_access_token_with_the_factor(self, client, olga):
        set_up(in_session(client, olga))
        secret = post(client, "/api/auth/tokens/", {"name": "x", "scopes": ["operator"]}).json()["token"]
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": secret,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        }
        exchange = self.exchange(client, form)
        assert exchange.json()["scope"] == "operator"
        assert "acr" not in parse(exchange.json()["access_token"].encode()).payload
        operators.reset_factors(user_id=olga.pk, now=olga.created_at)
        assert self.exchange(client, form).json()["scope"] == ""


class TestASessionFromBeforeTheFactor:
    def test_can_not_change_the_factors_with_the_password(self, client, other_client, sign_in, alice):
        """Otherwise a stolen session and the password would be enough to replace the factor."""
        sign_in()
        old = Session.objects.get()
        set_up(in_session(other_client, alice, new_session(alice)))
        in_session(client, alice, old)
        assert post(client, REAUTHENTICATE, {"password": PASSWORD}).status_code == 204
        refused = client.delete("/api/auth/account/totp/")
        assert (refused.status_code, refused.json()["methods"]) == (403, ["totp"])
        assert post(client, REAUTHENTICATE, {"code": App.of(alice).code()}).status_code == 400  # the setup's own code
        app = App.of(alice)
        app.shown += 1
        assert post(client, REAUTHENTICATE, {"code": app.code()}).status_code == 204
        assert client.delete("/api/auth/account/totp/").status_code == 204


def test_a_reset_ends_sessions_flows_and_factors(client, other_client, sign_in, alice):
    sign_in()
    app, _ = set_up(in_session(client, alice))
    sign_in(using=other_client)
    operators.reset_factors(user_id=alice.pk, now=alice.created_at)
    assert not Session.objects.filter(revoked_at=None).exists()
    assert post(other_client, MFA, {"code": app.code()}).status_code == 400
    as_anonymous(client).cookies.clear()
    assert sign_in().status_code == 200
    assert factors.Factors.of(alice.pk).rows == []
