"""The OpenAPI document of a service, as each of them serves it."""

import pytest
from django.urls import path

from vf_service import openapi

urlpatterns = [path("schema", openapi.schema)]

pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    "query", ["version=%0a", "version=%00", 'version=x";filename=evil.html', "lang=%0d%0a", "x=%00"]
)
@pytest.mark.parametrize("format_", ["", "&format=json", "&format=yaml", "&format=%00", "&format=../x"])
def test_no_parameter_of_a_client_reaches_the_schemas_headers(client, query, format_):
    answer = client.get(f"/schema?{query}{format_}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'inline; filename="schema.{"json" if "json" in format_ else "yaml"}"'
    assert b"evil" not in answer.content
