"""Passkeys: added, used as second factor, alone, and for reauthentication; and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator as Row
from identity_provider.accounts.models import User
from identity_provider.factors.services import MOST_PASSKEYS
from identity_provider.flows.state import SessionStore
from identity_provider.mailing.models import Mail
from identity_provider.signin.models import Session
from tests.flows.authenticator import Authenticator
from tests.flows.factors import FACTORS, REAUTHENTICATE, in_session, new_session, post, set_up

from vf_django.testing import as_anonymous

pytestmark = pytest.mark.django_db

PASSKEYS = "/api/auth/account/passkeys/"
STEP, ALONE = "/api/auth/flow/mfa/passkey/", "/api/auth/flow/passkey/"


def add(client, device=None, *, signs_in=True, name="laptop"):
    device = device or Authenticator()
    options = post(client, f"{PASSKEYS}options/", {"signs_in": signs_in}).json()
    return device, post(client, PASSKEYS, {"name": name, "credential": device.create(options)})


@pytest.fixture
def as_alice(client, sign_in, alice):
    sign_in()
    return in_session(client, alice)


@pytest.fixture
def device(as_alice, client):
    """Alice's passkey, which signs in. Her browser isn't signed in anymore."""
    device, answer = add(as_alice)
    assert answer.status_code == 201, answer.content
    as_anonymous(client).cookies.clear()
    Session.objects.all().delete()
    return device


def begin(client, path):
    return post(client, f"{path}options/")


def alone(client, device, **more):
    options = begin(client, ALONE).json()
    return post(client, ALONE, {"credential": device.get(options), **more})


class TestAdding:
    def test_brings_recovery_codes_with_the_first_one(self, as_alice):
        _, answer = add(as_alice)
        assert answer.status_code == 201
        assert len(answer.json()["recovery_codes"]) == 10
        assert "recovery_codes" not in add(as_alice, name="phone", signs_in=False)[1].json()
        listed = as_alice.get(FACTORS).json()["passkeys"]
        assert [(each["name"], each["signs_in"]) for each in listed] == [("laptop", True), ("phone", False)]
        assert Mail.objects.filter(kind="factor_added").count() == 2

    def test_asks_for_what_a_passkey_that_signs_in_needs(self, as_alice, alice):
        options = post(as_alice, f"{PASSKEYS}options/", {"signs_in": True}).json()["publicKey"]
        assert options["rp"] == {"id": "vfservices.localhost", "name": "vfservices.localhost"}
        assert options["authenticatorSelection"]["residentKey"] == "required"
        assert options["authenticatorSelection"]["userVerification"] == "required"
        other = post(as_alice, f"{PASSKEYS}options/", {"signs_in": False}).json()["publicKey"]
        assert other["authenticatorSelection"]["residentKey"] == "discouraged"

    def test_does_not_depend_on_the_host_of_the_request(self, as_alice):
        options = as_alice.post(f"{PASSKEYS}options/", {}, format="json", HTTP_HOST="localhost").json()
        assert options["publicKey"]["rp"]["id"] == "vfservices.localhost"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"origin": "https://evil.test"},
            {"origin": "https://evil.vfservices.localhost:8443"},
            {"rp_id": "evil.test"},
            {"verifies": False},
            {"cross_origin": True},
        ],
    )
    def test_refuses_another_site_and_an_unverified_user(self, as_alice, wrong):
        _, answer = add(as_alice, Authenticator(**wrong))
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["credential"])
        assert not Row.objects.exists()

    def test_takes_a_challenge_once_and_in_its_session(self, as_alice, other_client, sign_in, alice):
        device = Authenticator()
        credential = device.create(post(as_alice, f"{PASSKEYS}options/", {}).json())
        sign_in(using=other_client)
        in_session(other_client, alice)
        assert post(other_client, PASSKEYS, {"name": "x", "credential": credential}).json()["code"] == "setup_ended"
        assert post(as_alice, PASSKEYS, {"name": "x", "credential": credential}).status_code == 201
        assert post(as_alice, PASSKEYS, {"name": "x", "credential": credential}).json()["code"] == "setup_ended"

    @pytest.mark.parametrize(
        "credential",
        [
            None,
            [],
            "x",
            {},
            {"id": 1},
            {"id": "a", "rawId": "a", "type": "public-key", "response": None},
            {"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}},
            {"id": "a", "rawId": "a", "type": "public-key",
             "response": {"clientDataJSON": "W10", "attestationObject": "gg"}},
            {"id": "a", "rawId": "a", "type": "public-key",
             "response": {"clientDataJSON": "W10", "authenticatorData": "AA", "signature": "AA"}},
        ],
    )  # fmt: skip
    def test_survives_what_is_malformed(self, as_alice, other_client, credential):
        post(as_alice, f"{PASSKEYS}options/", {})
        assert post(as_alice, PASSKEYS, {"name": "x", "credential": credential}).status_code == 400
        begin(other_client, ALONE)
        assert post(other_client, ALONE, {"credential": credential}).status_code == 400

    def test_stores_no_more_than_it_needs(self, as_alice):
        device = Authenticator()
        credential = device.create(post(as_alice, f"{PASSKEYS}options/", {}).json())
        credential["more"] = credential["response"]["more"] = "x" * 1000
        post(as_alice, PASSKEYS, {"name": "x", "credential": credential})
        assert "more" not in str(Row.objects.get(type="webauthn").data)

    def test_is_bounded(self, as_alice):
        for _ in range(MOST_PASSKEYS):
            add(as_alice, signs_in=False)
        _, answer = add(as_alice)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_passkeys")


class TestChanging:
    def test_renames_and_removes_ones_own_only(self, as_alice, device, client, other_client, sign_in, alice, bob):
        sign_in("bob", using=other_client)
        path = f"{PASSKEYS}{Row.objects.get(type='webauthn').pk}/"
        in_session(other_client, bob)
        assert other_client.patch(path, {"name": "mine"}, format="json").status_code == 404
        assert other_client.delete(path).status_code == 404
        in_session(client, alice, new_session(alice, "pwd hwk mfa"))
        assert client.patch(path, {"name": "phone"}, format="json").json()["name"] == "phone"
        assert client.delete(path).status_code == 204
        assert not Row.objects.exists()

    def test_of_one_of_two_keeps_the_recovery_codes(self, as_alice):
        add(as_alice)
        set_up(as_alice)
        assert as_alice.delete(f"{PASSKEYS}{Row.objects.get(type='webauthn').pk}/").status_code == 204
        assert {row.type for row in Row.objects.all()} == {"totp", "recovery_codes"}


class TestTheStep:
    def test_passes_with_a_passkey(self, client, sign_in, device, alice):
        first = sign_in(remember_me=True)
        assert first.json()["methods"] == ["recovery_code", "passkey"]
        options = begin(client, STEP).json()
        assert len(options["publicKey"]["allowCredentials"]) == 1
        answer = post(client, STEP, {"credential": device.get(options)})
        assert (answer.status_code, answer.json()["id"]) == (200, alice.pk)
        session = Session.objects.get()
        assert (session.methods, session.remember) == ("pwd hwk mfa", True)
        assert Row.objects.get(type="webauthn").last_used_at is not None

    def test_needs_no_verification_of_the_user_after_the_password(self, client, sign_in, device):
        sign_in()
        unverified = replace(device, verifies=False, synced=True)
        assert post(client, STEP, {"credential": unverified.get(begin(client, STEP).json())}).status_code == 200
        assert Session.objects.get().methods == "pwd swk mfa"

    def test_refuses_the_passkey_of_another_account(self, client, other_client, sign_in, device, bob):
        sign_in("bob", using=other_client)
        bobs, _ = add(in_session(other_client, bob))
        sign_in()
        credential = bobs.get(begin(client, STEP).json(), handle=device.handle)
        assert post(client, STEP, {"credential": credential}).status_code == 400
        stolen = replace(bobs, credential_id=device.credential_id)
        assert post(client, STEP, {"credential": stolen.get(begin(client, STEP).json())}).status_code == 400

    def test_refuses_the_challenge_of_another_flow(self, client, other_client, sign_in, device):
        sign_in(using=other_client)
        options = begin(other_client, STEP).json()
        sign_in()
        begin(client, STEP)
        assert post(client, STEP, {"credential": device.get(options)}).status_code == 400

    def test_refuses_a_response_without_a_challenge(self, client, sign_in, device):
        sign_in()
        options = begin(client, STEP).json()
        sign_in()
        assert post(client, STEP, {"credential": device.get(options)}).status_code == 400

    @pytest.mark.parametrize("change", ["removed", "added", "deactivated"])
    def test_ends_with_a_change_of_the_account(self, client, sign_in, device, alice, change):
        sign_in()
        options = begin(client, STEP).json()
        if change == "removed":
            Row.objects.filter(type="webauthn").delete()
        elif change == "added":
            Row.objects.create(user=alice, type="totp", data={"secret": ""})
        else:
            User.objects.update(is_active=False)
        answer = post(client, STEP, {"credential": device.get(options)})
        assert answer.status_code == (400 if change == "removed" else 409)
        assert not Session.objects.exists()


class TestAlone:
    def test_signs_in_without_a_name_and_counts_as_two_factors(self, client, device, alice):
        answer = alone(client, device, remember_me=True)
        assert (answer.status_code, answer.json()["id"]) == (200, alice.pk)
        session = Session.objects.get()
        assert (session.methods, session.remember) == ("hwk mfa", True)
        assert "jwt" in answer.cookies

    @pytest.mark.parametrize("host", ["traefik", "admin"])
    def test_signs_in_on_a_host_that_has_a_sign_in_page_of_its_own(self, client, device, configure, host):
        device = replace(device, origin=f"https://{host}.vfservices.localhost:8443")
        assert alone(client, device).status_code == 200
        configure(login_origins=("https://vfservices.localhost:8443",))  # with subdomains, there is one sign-in page
        client.cookies.clear()
        assert alone(client, device).status_code == 400

    def test_signs_in_on_no_host_that_is_left_out(self, client, device, configure):
        configure(admin=False)
        device = replace(device, origin="https://admin.vfservices.localhost:8443")
        assert alone(client, device).status_code == 400

    def test_names_no_account_in_its_options(self, client, device):
        options = begin(client, ALONE).json()["publicKey"]
        assert not options.get("allowCredentials")
        assert (options["rpId"], options["userVerification"]) == ("vfservices.localhost", "required")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"verifies": False},
            {"origin": "https://evil.test"},
            {"origin": "https://evil.vfservices.localhost:8443"},
            {"rp_id": "evil.test"},
            {"cross_origin": True},
            {"handle": ""},
            {"handle": "dXNyX25vYm9keQ"},
        ],
    )
    def test_refuses_what_is_not_the_users(self, client, device, wrong):
        answer = alone(client, replace(device, **wrong))
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
        assert not Session.objects.exists()

    def test_refuses_a_passkey_that_was_added_as_second_factor_only(self, client, as_alice):
        device, _ = add(as_alice, signs_in=False)
        as_anonymous(client).cookies.clear()
        assert alone(client, device).status_code == 400

    def test_refuses_somebody_elses_key_with_ones_handle(self, client, device):
        forged = Authenticator(credential_id=device.credential_id, handle=device.handle)
        assert alone(client, forged).status_code == 400

    def test_refuses_a_deactivated_account(self, client, device):
        User.objects.update(is_active=False)
        assert alone(client, device).status_code == 400

    def test_takes_a_response_once(self, client, device):
        options = begin(client, ALONE).json()
        flow, credential = client.cookies["vf_flow"].value, device.get(options)
        assert post(client, ALONE, {"credential": credential}).status_code == 200
        client.cookies.clear()
        client.cookies["vf_flow"] = flow
        assert post(client, ALONE, {"credential": credential}).status_code == 409
        client.cookies.clear()
        begin(client, ALONE)
        assert post(client, ALONE, {"credential": credential}).status_code == 400

    def test_does_not_use_a_planted_flow(self, client, other_client, device):
        """An attacker's flow has the attacker's challenge, and the attacker knows its key."""
        begin(other_client, ALONE)
        planted = other_client.cookies["vf_flow"].value
        client.cookies["vf_flow"] = planted
        assert begin(client, ALONE).cookies["vf_flow"].value != planted

    def test_is_limited_for_a_network(self, client):
        statuses = [begin(client, ALONE).status_code for _ in range(241)]
        assert statuses == [200] * 240 + [429]

    def test_does_not_pass_the_step_of_a_sign_in_with_a_password(self, client, sign_in, device):
        options = begin(client, ALONE).json()
        client.cookies.clear()
        sign_in()
        assert post(client, ALONE, {"credential": device.get(options)}).status_code == 409
        assert not Session.objects.exists()


class TestReauthentication:
    def test_with_a_passkey_is_a_proof(self, client, device, alice):
        alone(client, device)
        in_session(client, alice)
        created = Session.objects.get().created_at
        Session.objects.update(authenticated_at=created - timedelta(hours=1))
        refused = client.get("/api/auth/account/export/")
        assert refused.json()["methods"] == ["password", "totp", "passkey"]
        options = post(client, f"{REAUTHENTICATE}passkey/options/").json()
        credential = device.get(options)
        assert post(client, f"{REAUTHENTICATE}passkey/", {"credential": credential}).status_code == 204
        assert client.get("/api/auth/account/export/").status_code == 200
        assert post(client, f"{REAUTHENTICATE}passkey/", {"credential": credential}).status_code == 400

    def test_needs_the_challenge_of_its_own_session(self, client, other_client, device, alice):
        alone(client, device)
        first = Session.objects.get()
        alone(other_client, device)
        second = Session.objects.exclude(pk=first.pk).get()
        options = post(in_session(other_client, alice, second), f"{REAUTHENTICATE}passkey/options/").json()
        answer = post(
            in_session(client, alice, first), f"{REAUTHENTICATE}passkey/", {"credential": device.get(options)}
        )
        assert answer.status_code == 400


def test_a_passkey_alone_does_not_continue_the_flow_of_a_password(client, sign_in, device, make_user):
    """The session would say that its user had entered a password, which was another user's."""
    make_user("mallory", verified=False)
    assert sign_in("mallory").json()["code"] == "step_required"
    key = client.cookies["vf_flow"].value
    options = begin(client, ALONE).json()
    assert client.cookies["vf_flow"].value != key, "the options begin a new flow"
    state, challenge = SessionStore(key), SessionStore(client.cookies["vf_flow"].value)
    for name in set(challenge.keys()) - set(state.keys()):
        state[name] = challenge[name]
    state.save()
    client.cookies["vf_flow"] = key
    answer = post(client, ALONE, {"credential": device.get(options)})
    assert (answer.status_code, answer.json()["code"]) == (409, "flow_ended")
    assert not Session.objects.exists()
