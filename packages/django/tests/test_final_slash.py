"""An API's address without its final slash: the same view, in place, and nothing else."""

import pytest
from django.http import HttpRequest, JsonResponse
from django.urls import path


def echo(request: HttpRequest, **arguments: str) -> JsonResponse:
    return JsonResponse({"method": request.method, "path": request.path, "body": request.POST.dict(), **arguments})


urlpatterns = [
    path("api/", echo),
    path("api/orders/", echo),
    path("api/orders/<str:number>/", echo),
    path("api/both", echo, {"form": "without"}),
    path("api/both/", echo, {"form": "with"}),
    path("api/file.json", echo),
    path("apiary/", echo),
    path("page/", echo),
]

pytestmark = pytest.mark.usefixtures("api")


@pytest.fixture
def api(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "vf_django.middleware.EdgeIdentityMiddleware",
        "vf_django.middleware.FinalSlashMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]


@pytest.mark.parametrize("address", ["/api", "/api/orders", "/api/orders/7", "/api/orders/a%20b"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("debug", [True, False])
def test_the_view_gets_the_request_as_it_was_sent(client, settings, address, method, debug):
    settings.DEBUG = debug  # with it, Django's own redirect of a POST is an exception
    whole, bare = (client.generic(method, form + "?q=1") for form in (address + "/", address))
    assert (whole.status_code, bare.status_code) == (200, 200)
    assert bare.json() == whole.json()


def test_a_form_keeps_its_fields(client):
    assert client.post("/api/orders", {"sku": "CAB-3"}).json()["body"] == {"sku": "CAB-3"}


def test_an_address_that_exists_in_both_forms_keeps_them_apart(client):
    assert [client.get(form).json()["form"] for form in ("/api/both", "/api/both/")] == ["without", "with"]


@pytest.mark.parametrize("address", ["/api/nothing", "/api/file", "/api/file.json/", "/api/orders/7/8", "/apix"])
def test_what_does_not_exist_is_still_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/page", "/apiary"])
def test_a_page_keeps_djangos_redirect(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, address + "/")
