import json

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from vf_django.testing import as_user


@pytest.fixture
def document(client) -> dict:
    return json.loads(client.get("/api/inventory/schema/", {"format": "json"}, HTTP_ACCEPT="*/*").content)


def test_every_address_is_described_with_its_errors(document):
    assert set(document["paths"]) == {"/api/inventory/items/", "/api/inventory/items/{id}/"}
    for operations in document["paths"].values():
        assert "application/problem+json" in operations["get"]["responses"]["default"]["content"]
        assert operations["get"]["security"] == [{"accessToken": []}]


def test_every_parameter_is_described(document):
    parameters = document["paths"]["/api/inventory/items/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {
        "category",
        "in_stock",
        "ordering",
        "page",
        "page_size",
        "search",
    }


def test_the_document_is_made_without_a_warning():
    call_command("spectacular", "--fail-on-warn", "--validate", file="/dev/null")


def test_system_checks_have_nothing_to_say_about_a_deployment(settings):
    silenced = set(settings.SILENCED_SYSTEM_CHECKS)
    assert [message for message in run_checks(include_deployment_checks=True) if message.id not in silenced] == []


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run")


@pytest.mark.parametrize("query", ["version=%0a", "version=%00", 'version=x";filename=evil.html', "lang=%0d%0a"])
def test_no_parameter_reaches_the_name_of_the_file(client, query):
    response = client.get(f"/api/inventory/schema/?{query}", HTTP_ACCEPT="*/*")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'inline; filename="Inventory.yaml"'


def test_the_document_has_the_form_of_the_paths_under_which_it_is_requested(client):
    document = json.loads(client.get("/api/v1/inventory/schema/", {"format": "json"}, HTTP_ACCEPT="*/*").content)
    assert document["paths"]
    assert all(path.startswith("/api/v1/inventory/") for path in document["paths"])


def test_the_document_may_be_kept_and_is_revalidated(client):
    first = client.get("/api/v1/inventory/schema/", HTTP_ACCEPT="*/*")
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get("/api/v1/inventory/schema/", HTTP_ACCEPT="*/*", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/inventory/items/", "/api/v1/inventory/nothing/"])
def test_nothing_else_may_be_kept(client, path):
    for answer in (client.get(path), as_user(client).get(path)):
        assert "no-store" in answer["Cache-Control"]
