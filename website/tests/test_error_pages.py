from wsgiref.util import setup_testing_defaults

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from website.urls import handler400, handler403, handler404, handler500  # noqa: F401

FORM = "application/x-www-form-urlencoded"


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
    assert "Page not found" in page
    assert "Signed in as" in page
    assert "Request ID: 0123456789abcdef0123456789abcdef" in page


def test_a_forbidden_page_says_so(alice):
    response = alice.get("/forbidden/")
    assert response.status_code == 403
    assert "Access denied" in response.content.decode()


def test_a_form_sent_to_a_page_is_refused_in_the_look_of_the_site():
    response = Client(enforce_csrf_checks=True).post("/form/", {"a": "b"})
    assert response.status_code == 403
    assert "This form can&#x27;t be submitted" in response.content.decode()


def test_a_failure_shows_a_page_that_needs_nothing_of_the_request(alice):
    alice.raise_request_exception = False
    response = alice.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong" in page
    assert "a secret of the program" not in page
    assert "Sign in" not in page  # wrong for a signed-in user


def test_a_foreign_host_name_is_refused_and_not_repeated(anonymous):
    response = anonymous.get("/", headers={"host": "evil.test"})
    assert response.status_code == 400
    assert "Bad request" in response.content.decode()
    assert "evil.test" not in response.content.decode() + response["Content-Security-Policy"]


def through_the_outermost_layer(**environ):
    """Return status, headers and body that a server gets."""
    from website.wsgi import application

    environ = {"PATH_INFO": "/", "HTTP_HOST": "localhost", **environ}
    setup_testing_defaults(environ)
    begun = []
    body = b"".join(application(environ, lambda status, headers, *_: begun.append((status, dict(headers)))))
    status, headers = begun[-1]
    return int(status.split()[0]), headers, body.decode()


UNREADABLE = {
    "a path with NUL": ({"PATH_INFO": "/\0"}, 400),
    "a path that is no text": ({"PATH_INFO": "/\u20ac"}, 400),
    "an odd length": ({"CONTENT_LENGTH": "abc"}, 400),
    "an extended charset": ({"CONTENT_TYPE": "text/plain; charset*=undefined''x"}, 415),
    "a form in another charset": (
        {"REQUEST_METHOD": "POST", "CONTENT_TYPE": f"{FORM}; charset=hex", "CONTENT_LENGTH": "3"},
        415,
    ),
}


@pytest.mark.parametrize(("environ", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_a_page_of_the_site_with_all_its_headers(environ, status):
    answered, headers, page = through_the_outermost_layer(QUERY_STRING="token=SECRET", **environ)
    assert answered == status
    assert headers["Content-Type"].startswith("text/html")
    assert "VF Services" in page
    assert "SECRET" not in page
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Request-Id"]


@pytest.mark.parametrize("charset", ["hex", "undefined", "rot13", "punycode", "bz2", "made-up"])
@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_a_charset_without_a_body_changes_nothing(path, charset):
    status, _, page = through_the_outermost_layer(
        PATH_INFO=path, QUERY_STRING="token=SECRET", CONTENT_TYPE=f"text/plain; charset={charset}"
    )
    assert status == 200
    assert "SECRET" not in page
