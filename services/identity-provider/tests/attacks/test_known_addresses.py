"""Sign-up with a password that is like the address must not tell whether the address has an account."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_password_like_the_address_is_refused_for_new_and_known_addresses_alike(client, alice):
    def sign_up(email):
        body = {"username": "eve", "email": email, "password": f"{email}1"}
        response = client.post("/api/auth/flow/sign-up/", body, format="json")
        return response.status_code, response.json().get("errors")

    assert sign_up("nobody@example.test") == sign_up(alice.email)
