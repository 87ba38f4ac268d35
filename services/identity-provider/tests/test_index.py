"""The API's own description, and its pages."""

import re

import pytest
from django.urls import Resolver404, resolve, reverse
from identity_provider.endpoints import ENDPOINTS, OPERATOR, SIGNED_IN
from rest_framework.test import APIClient

from vf_django.testing import as_user

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FORMS = ("/api/v1/", "/api/")


def path_of(endpoint, prefix):
    """Return a path of this endpoint; one without a version stays as it is."""
    return re.sub(r"<\w+>", "ses_x", endpoint.path(prefix[1:]))


def methods_of(view):
    return {method for method in METHODS if hasattr(view, method.lower())} if isinstance(view, type) else {"GET"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_a_row_has_every_method_of_its_view_and_a_description(endpoint):
    assert set(endpoint.returns) == methods_of(endpoint.view)
    for method in endpoint.returns:
        description = endpoint.description(method)
        assert description.endswith((".", "`.")), description
        assert len(description) < 160


def test_no_two_rows_have_one_route_or_name():
    for values in ([endpoint.route for endpoint in ENDPOINTS], [endpoint.name for endpoint in ENDPOINTS]):
        assert len(values) == len(set(values))


SIGNED_IN_PATHS = [
    (method, path_of(endpoint, prefix))
    for endpoint in ENDPOINTS
    if endpoint.access in (SIGNED_IN, OPERATOR)
    for method in endpoint.returns
    for prefix in FORMS
]


@pytest.mark.parametrize(("method", "path"), SIGNED_IN_PATHS)
def test_what_needs_a_signed_in_user_is_401_without_one(db, method, path):
    assert APIClient().generic(method, path).status_code == 401


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_both_forms_of_a_path_lead_to_one_view(endpoint):
    found = {resolve(path_of(endpoint, prefix)).func.__name__ for prefix in FORMS}
    names = {resolve(path_of(endpoint, prefix)).view_name for prefix in FORMS}
    assert (len(found), names) == (1, {endpoint.name})
    assert reverse(endpoint.name, kwargs=resolve(path_of(endpoint, "/api/v1/")).kwargs) == path_of(endpoint, "/api/v1/")


@pytest.mark.parametrize("prefix", FORMS)
def test_the_index_answers_the_list(client, prefix):
    endpoints = as_user(client).get(prefix).json()["endpoints"]
    assert len(endpoints) == sum(len(endpoint.returns) for endpoint in ENDPOINTS)
    assert all(
        endpoint.keys() == {"method", "path", "description", "authentication", "returns"} for endpoint in endpoints
    )
    assert all(endpoint["path"].startswith((prefix, "/.well-known/")) for endpoint in endpoints)
    assert (prefix == "/api/v1/") == any(endpoint["path"].startswith("/api/v1/") for endpoint in endpoints)


@pytest.mark.parametrize(
    "path", ["/api/v1/v1/", "/api/v2/profile/", "/api/v1/.well-known/jwks.json", "/api/v1/v1/profile/"]
)
def test_there_is_no_other_form(path):
    with pytest.raises(Resolver404):
        resolve(path)


def test_the_openapi_document_is_made_without_a_warning_and_covers_the_api(client, capsys):
    document = client.get("/api/v1/schema/?format=json").json()
    assert capsys.readouterr().err.count("Warning") == 0
    api = {endpoint.path() for endpoint in ENDPOINTS if endpoint.access in (SIGNED_IN, OPERATOR)}
    api |= {"/api/v1/auth/login/", "/api/v1/auth/logout/"}
    assert {path.replace("<", "{").replace(">", "}") for path in api} <= document["paths"].keys()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    assert "security" not in document["paths"]["/api/v1/auth/login/"]["post"]
    assert document["paths"]["/api/v1/profile/"]["get"]["security"] == [{"accessToken": []}]


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
    assert "/api/v1/schema/" in script
    assert "evil" not in document.content.decode() + page + script
