"""The key that a client keeps out of its cookies: the grace of a refresh belongs to who has it."""

import pytest
from identity_provider.signin.models import RefreshToken, Session

LOGIN, REFRESH, CONTINUE = "/api/auth/login/", "/api/auth/refresh/", "/api/auth/continue/"
KEY, OTHER_KEY = "k" * 43, "o" * 43
OWNER = {"HTTP_USER_AGENT": "owner"}
ELSEWHERE = {"HTTP_USER_AGENT": "owner", "HTTP_X_FORWARDED_FOR": "2001:db8::1"}


@pytest.fixture
def begun(sign_in, alice):
    """The refresh token of a session whose client has a key."""
    return sign_in(client_key=KEY, **OWNER).cookies["jwt_refresh"].value


@pytest.fixture
def refresh(client):
    def post(token, key=None, **headers):
        client.cookies["jwt_refresh"] = token
        return client.post(REFRESH, {} if key is None else {"client_key": key}, format="json", **headers)

    return post


@pytest.fixture
def sign_in(client):
    def post(*, client_key, **headers):
        fields = {"username": "alice", "password": "correct horse 7", "client_key": client_key}
        return client.post(LOGIN, fields, format="json", **headers)

    return post


def is_live():
    return Session.objects.get().revoked_at is None


@pytest.mark.parametrize("thieves_key", [None, OTHER_KEY])
def test_a_thief_on_the_same_network_with_the_same_user_agent_gets_nothing(refresh, begun, thieves_key, log_lines):
    current = refresh(begun, KEY, **OWNER).cookies["jwt_refresh"].value
    stolen = refresh(begun, thieves_key, **OWNER)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_invalid")
    assert not stolen.cookies
    assert is_live()
    assert refresh(current, KEY, **OWNER).status_code == 200
    assert [line["reason"] for line in log_lines if line["event"] == "refresh_refused"] == ["client_key_missing"]
    assert KEY not in str(log_lines)


def test_a_thief_elsewhere_ends_the_session(refresh, begun):
    refresh(begun, KEY, **OWNER)
    assert refresh(begun, None, **ELSEWHERE).status_code == 401
    assert not is_live()


@pytest.mark.parametrize("headers", [OWNER, ELSEWHERE], ids=["same network", "another network"])
def test_who_has_the_key_gets_the_successor_again_wherever_the_network_takes_the_browser(refresh, begun, headers):
    first = refresh(begun, KEY, **OWNER).cookies["jwt_refresh"].value
    assert refresh(begun, KEY, **headers).cookies["jwt_refresh"].value == first
    assert is_live()


def test_a_thief_who_refreshes_first_from_elsewhere_does_not_share_the_session_with_the_owner(refresh, begun):
    refresh(begun, None, **ELSEWHERE)
    assert refresh(begun, KEY, **OWNER).status_code == 401
    assert not is_live()


def test_a_page_load_renews_without_the_key_once(client, begun):
    client.cookies["jwt_refresh"] = begun
    assert client.get(CONTINUE, {"next": "/billing/"}, **OWNER)["Location"] == "/billing/"


def test_a_page_load_beside_another_renewal_goes_to_the_page_that_has_the_key(client, refresh, begun):
    refresh(begun, KEY, **OWNER)
    client.cookies["jwt_refresh"] = begun
    response = client.get(CONTINUE, {"next": "/billing/"}, **OWNER)
    assert response["Location"] == "/accounts/login/?next=%2Fbilling%2F&renew=1"
    assert set(response.cookies) == {"vf_continue"}
    assert is_live()


def test_page_loads_that_are_sent_there_again_and_again_end(client, refresh, begun):
    refresh(begun, KEY, **OWNER)
    locations = []
    for _ in range(6):
        client.cookies["jwt_refresh"] = begun
        locations.append(client.get(CONTINUE, {"next": "/"}, **OWNER)["Location"])
    assert ["renew=1" in location for location in locations] == [True] * 5 + [False]
    assert "problem=cookies" in locations[-1]


def test_a_session_without_a_key_needs_none(client, refresh, alice):
    fields = {"username": "alice", "password": "correct horse 7"}
    token = client.post(LOGIN, fields, format="json", **OWNER).cookies["jwt_refresh"].value
    first = refresh(token, **OWNER).cookies["jwt_refresh"].value
    assert refresh(token, KEY, **OWNER).cookies["jwt_refresh"].value == first


def test_the_key_is_stored_as_a_digest(begun):
    assert len(Session.objects.get().client_key_digest) == 64
    assert KEY not in str(Session.objects.values()) + str(RefreshToken.objects.values())


@pytest.mark.parametrize(
    "key", ["short", "k" * 31, "k" * 129, "k" * 42 + "=", "k" * 42 + "\n", "é" * 43, 5, ["k" * 43]]
)
def test_a_malformed_key_is_refused_in_words(client, alice, key):
    fields = {"username": "alice", "password": "correct horse 7", "client_key": key}
    response = client.post(LOGIN, fields, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["client_key"])
    assert Session.objects.count() == 0
