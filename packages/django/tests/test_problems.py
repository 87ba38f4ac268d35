"""Every error is application/problem+json and leaks nothing."""

import pytest
from django.test import Client

from vf_django.testing import as_user


@pytest.fixture
def client() -> Client:
    """One that answers errors as a real client would see them."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


JSON = "application/json"

ERRORS = {
    "no credential": ("get", "/whoami", {}, 401, "credential_required"),
    "a credential that is not good": ("get", "/api-error/failed", {}, 401, "token_invalid"),
    "no policy lets it through": ("get", "/api-error/forbidden", {}, 403, "permission_denied"),
    "nothing at the address": ("get", "/nothing", {}, 404, "not_found"),
    "a method that the address has not": ("delete", "/orders", {}, 405, "method_not_allowed"),
    "a body that is no JSON": ("post", "/orders", {"data": "{", "content_type": JSON}, 400, "invalid_request"),
    "a body of another type": (
        "post",
        "/orders",
        {"data": "x", "content_type": "text/csv"},
        415,
        "unsupported_media_type",
    ),
    "an answer that nobody makes": ("get", "/open", {"HTTP_ACCEPT": "image/png"}, 406, "not_acceptable"),
    "too many requests": ("get", "/throttled", {}, 429, "throttled"),
    "an error of the view's own": ("get", "/api-error/conflict", {}, 500, "conflict"),
    "a bug in an API": ("get", "/api-error/bug", {}, 500, "server_error"),
    "a bug in a page": ("get", "/page-error/bug", {}, 500, "server_error"),
    "a constraint that was broken": ("get", "/api-error/integrity", {}, 500, "server_error"),
    "a database that is away, in an API": ("get", "/api-error/outage", {}, 503, "database_unavailable"),
    "a database that is away, in a page": ("get", "/page-error/outage", {}, 503, "database_unavailable"),
    "a database that failed": ("get", "/api-error/database", {}, 503, "database_unavailable"),
    "a page that forbids": ("get", "/page-error/forbidden", {}, 403, "permission_denied"),
    "a form without its token": ("post", "/form", {}, 403, "csrf_failed"),
    "a host that is not ours": ("get", "/open", {"HTTP_HOST": "evil.test"}, 400, "invalid_request"),
}


@pytest.mark.parametrize(("method", "path", "more", "status", "code"), ERRORS.values(), ids=ERRORS.keys())
def test_an_error_is_a_problem(client, method, path, more, status, code):
    answer = getattr(client, method)(path, **more)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "code", "request_id"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:vfservices:problem:{code}"
    assert problem["request_id"] == answer["X-Request-Id"]
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api-error/bug", "/page-error/bug", "/api-error/integrity", "/api-error/forbidden"])
def test_what_an_exception_says_stays_here(client, path):
    assert b"secret" not in client.get(path).content


@pytest.mark.parametrize("path", ["/api-error/outage", "/page-error/outage"])
def test_an_outage_names_no_host_and_says_when_to_try_again(client, path):
    answer = client.get(path)
    assert b"db.internal" not in answer.content
    assert answer["Retry-After"] == "5"


def test_validation_errors_are_listed_by_field(client):
    answer = client.post("/orders", {"item": "far too long", "count": 0}, content_type=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_failed"
    assert answer.json()["errors"].keys() == {"item", "count"}


def test_a_body_of_the_wrong_shape_has_errors_too(client):
    answer = client.post("/orders", "[1]", content_type=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["non_field_errors"])


def test_a_401_has_the_challenge_without_an_error_code(client):
    assert client.get("/whoami")["WWW-Authenticate"] == 'Bearer realm="vf"'


def test_a_throttled_request_says_when_to_try_again(client):
    assert client.get("/throttled")["Retry-After"] == "7"


def test_a_405_names_what_is_allowed(client):
    assert client.delete("/orders")["Allow"] == "POST, OPTIONS"


def test_a_missing_role_is_a_403_that_says_so_and_one_of_several_suffices(client):
    answer = as_user(client, roles=("customer",)).get("/operators")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
    assert as_user(client, roles=("customer", "admin")).get("/operators").status_code == 200


def test_a_role_policy_asks_nobody_in_particular_to_sign_in(client):
    assert client.get("/operators").status_code == 401
