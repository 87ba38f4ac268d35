import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from website.urls import handler400, handler403, handler404, handler500  # noqa: F401


def forbidden(request):
    raise PermissionDenied


def broken(request):
    raise RuntimeError("a secret of the program")


urlpatterns = [
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("form/", lambda request: HttpResponse()),
    path("", include("website.urls")),
]


@pytest.fixture(autouse=True)
def _with_failing_pages(settings):
    settings.ROOT_URLCONF = __name__


def test_an_unknown_page_keeps_the_navigation_and_gives_the_request_id(alice):
    response = alice.get("/no/such/page/", headers={"x-request-id": "0123456789abcdef0123456789abcdef"})
    page = response.content.decode()
    assert response.status_code == 404
    assert "Nothing here" in page
    assert "Signed in as" in page
    assert "Reference 0123456789abcdef0123456789abcdef" in page


def test_a_forbidden_page_says_so(alice):
    response = alice.get("/forbidden/")
    assert response.status_code == 403
    assert "Not for you" in response.content.decode()


def test_a_form_sent_to_a_page_is_refused_in_the_look_of_the_site():
    response = Client(enforce_csrf_checks=True).post("/form/", {"a": "b"})
    assert response.status_code == 403
    assert "This form cannot be sent" in response.content.decode()


def test_a_failure_shows_a_page_that_needs_nothing_of_the_request(alice):
    alice.raise_request_exception = False
    response = alice.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something broke" in page
    assert "a secret of the program" not in page
    assert "Sign in" not in page  # to somebody who is signed in, it would be wrong


def test_a_foreign_host_name_is_refused_and_not_repeated(anonymous):
    response = anonymous.get("/", headers={"host": "evil.test"})
    assert response.status_code == 400
    assert "This request cannot be read" in response.content.decode()
    assert "evil.test" not in response.content.decode() + response["Content-Security-Policy"]
