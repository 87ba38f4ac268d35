"""The API's own description, and its pages."""

import re

import pytest
from django.urls import URLPattern
from identity_provider.index import ENDPOINTS, NOTHING, OPERATOR, REFRESH_COOKIE, SIGNED_IN
from identity_provider.urls import protected_urlpatterns, public_urlpatterns
from rest_framework.test import APIClient

from vf_django.testing import as_user

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(patterns):
    return {"/" + re.sub(r"<\w+:(\w+)>", r"<\1>", str(pattern.pattern)): pattern for pattern in patterns}


def methods_of(pattern: URLPattern):
    view = getattr(pattern.callback, "cls", None)
    return {"GET"} if view is None else {method for method in METHODS if hasattr(view, method.lower())}


def test_every_address_and_method_is_described_and_nothing_else():
    patterns = routes(public_urlpatterns) | routes(protected_urlpatterns)
    served = {(method, path) for path, pattern in patterns.items() for method in methods_of(pattern)}
    assert served == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}


def test_the_described_authentication_is_that_of_the_route():
    public = routes(public_urlpatterns)
    for endpoint in ENDPOINTS:
        expected = {NOTHING, REFRESH_COOKIE} if endpoint.path in public else {SIGNED_IN, OPERATOR}
        assert endpoint.authentication in expected, endpoint


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.authentication in (SIGNED_IN, OPERATOR)], ids=str)
def test_what_needs_a_signed_in_user_is_401_without_one(db, endpoint):
    response = APIClient().generic(endpoint.method, re.sub(r"<\w+>", "ses_x", endpoint.path))
    assert response.status_code == 401


def test_the_index_answers_the_list(client):
    endpoints = as_user(client).get("/api/").json()["endpoints"]
    assert len(endpoints) == len(ENDPOINTS)
    assert all(
        endpoint.keys() == {"method", "path", "description", "authentication", "returns"} for endpoint in endpoints
    )


def test_the_openapi_document_is_made_without_a_warning_and_covers_the_api(client, capsys):
    document = client.get("/api/schema/?format=json").json()
    assert capsys.readouterr().err.count("Warning") == 0
    api = set(routes(protected_urlpatterns)) | {"/api/auth/login/", "/api/auth/logout/"}
    assert {path.replace("<", "{").replace(">", "}") for path in api} <= document["paths"].keys()
    assert "security" not in document["paths"]["/api/auth/login/"]["post"]
    assert document["paths"]["/api/profile/"]["get"]["security"] == [{"accessToken": []}]


def test_the_docs_page_works_under_a_policy_without_inline_script_or_style(client):
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=|style=|javascript:", page)
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) == 6
    for source in sources:
        assert source.startswith("/api/docs/")
        assert client.get(source.replace("&amp;", "&")).status_code == 200, source


def test_an_unknown_address_is_a_problem_document(client):
    response = client.get("/api/nothing/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query", ["version=%0a", "version=%00", 'version=x";filename=evil.html', "lang=%0d%0a", "evil"]
)
def test_no_parameter_reaches_a_header_a_file_name_or_the_page(client, query):
    document = client.get(f"/api/schema/?{query}")
    assert (document.status_code, document["Content-Disposition"]) == (200, 'inline; filename="Identity.yaml"')
    page = client.get(f"/api/docs/?{query}").content.decode()
    assert '<script src="/api/docs/?script="></script>' in page
    script = client.get(f"/api/docs/?{query}&script").content.decode()
    assert "/api/schema/" in script
    assert "evil" not in document.content.decode() + page + script
