"""Cookies of our names that are not ours: of a parent domain, another path, an older installation."""

import pytest
from identity_provider.signin.continuation import MOST_IN_A_ROW
from identity_provider.signin.models import Session

from vf_edge.cookies import CookieNames

LOGIN, LOGOUT, REFRESH = "/api/auth/login/", "/api/auth/logout/", "/api/auth/refresh/"
CONTINUE = "/api/auth/continue/"
HOST = "shop.staging.vfservices.localhost"
FORM = {"username": "alice", "password": "correct horse 7"}


def lines(response):
    """What the browser is told, in order: deleted or set, name, domain, path."""
    return [
        (morsel["max-age"] == 0, morsel.key, morsel["domain"], morsel["path"]) for morsel in response.cookies.values()
    ]


def deleted(response, name):
    return {(domain, path) for gone, key, domain, path in lines(response) if gone and key == name}


def left(response, name):
    return [(domain, path) for gone, key, domain, path in lines(response) if not gone and key == name]


@pytest.fixture
def at(client, alice, configure):
    """Makes requests as a browser on ``HOST`` does, whose cookie jar is what the test says."""

    def request(method, path, cookies="", *, layout="one-origin", **options):
        configure(sessions={"cookie_domain": "vfservices.localhost" if layout == "subdomains" else ""})
        client.cookies.clear()
        return getattr(client, method)(path, **options, HTTP_HOST=HOST, HTTP_COOKIE=cookies)

    return request


PARENTS = {HOST, "staging.vfservices.localhost", "vfservices.localhost"}
LAYOUTS = {"one-origin": "", "subdomains": "vfservices.localhost"}
"""With the domain of our own cookies."""


@pytest.mark.parametrize(("layout", "own"), LAYOUTS.items())
def test_signing_in_deletes_what_the_request_shows_on_every_domain_and_sets_its_own_last(at, layout, own):
    response = at("post", LOGIN, "jwt=x; jwt_refresh=y", layout=layout, data=FORM, format="json")
    assert deleted(response, "jwt") == {(domain, "/") for domain in {"", *PARENTS} - {own}}
    assert deleted(response, "jwt_refresh") == {
        (domain, path) for domain in {"", *PARENTS} for path in ("/", "/api/auth/")
    } - {(own, "/api/auth/")}
    assert deleted(response, "jwt_token") == set()
    for name, path in {"jwt": "/", "jwt_token": "/", "jwt_refresh": "/api/auth/"}.items():
        assert left(response, name) == [(own, path)]
        ours = [gone for gone, key, _, _ in lines(response) if key == name]
        assert ours == sorted(ours, reverse=True), "what is set comes after what is deleted"


@pytest.mark.parametrize(("layout", "own"), LAYOUTS.items())
def test_signing_out_deletes_every_form_its_own_too(at, layout, own):
    response = at("post", LOGOUT, "jwt=x; jwt_token=y; jwt_refresh=z", layout=layout)
    everywhere = {(domain, "/") for domain in {"", *PARENTS}}
    assert deleted(response, "jwt") == deleted(response, "jwt_token") == everywhere
    assert deleted(response, "jwt_refresh") == everywhere | {(domain, "/api/auth/") for domain in {"", *PARENTS}}
    assert all(gone for gone, *_ in lines(response))


def test_two_of_a_name_are_deleted_at_every_path_at_which_the_request_could_have_them(at):
    response = at("post", LOGOUT, "jwt=x; jwt=y; jwt_token=z")
    paths = {"/", "/api", "/api/", "/api/auth", "/api/auth/", "/api/auth/logout", "/api/auth/logout/"}
    assert deleted(response, "jwt") == {(domain, path) for domain in {"", *PARENTS} for path in paths}
    assert {path for _, path in deleted(response, "jwt_token")} == {"/"}


@pytest.mark.parametrize("path", [LOGIN, LOGOUT, REFRESH, CONTINUE])
def test_a_browser_without_other_cookies_gets_no_lines_about_them(at, client, sign_in, path):
    if path in (LOGIN, LOGOUT):
        response = at("post", path, "theme=dark", data=FORM, format="json")
    else:
        sign_in()
        response = client.post(path) if path == REFRESH else client.get(path)
    names = [key for _, key, _, _ in lines(response)]
    assert len(names) == len(set(names)) >= 3


@pytest.mark.parametrize(("layout", "own"), LAYOUTS.items())
def test_continue_renews_and_deletes_the_second_of_a_name(at, sign_in, layout, own):
    refresh = sign_in().cookies["jwt_refresh"].value
    response = at("get", f"{CONTINUE}?next=/billing/", f"jwt=x; jwt=y; jwt_refresh={refresh}", layout=layout)
    assert response["Location"] == "/billing/"
    assert {domain for domain, path in deleted(response, "jwt") if path == "/"} == {"", *PARENTS} - {own}
    assert left(response, "jwt") == [(own, "/")]
    assert deleted(response, "jwt_refresh") == set()
    assert left(response, "jwt_refresh") == [(own, "/api/auth/")]


def test_two_refresh_cookies_lead_to_a_page_that_says_so_and_only_the_other_is_deleted(at):
    response = at("get", f"{CONTINUE}?next=/billing/", f"jwt_refresh={'A' * 43}; jwt_refresh={'B' * 43}")
    assert response["Location"] == "/accounts/login/?next=%2Fbilling%2F&problem=cookies"
    assert ("", "/") in deleted(response, "jwt_refresh")
    assert ("vfservices.localhost", "/api/auth/") in deleted(response, "jwt_refresh")
    assert ("", "/api/auth/") not in deleted(response, "jwt_refresh")
    assert deleted(response, "jwt") == set()


def test_a_refresh_cookie_in_two_lines_which_the_server_joins_is_refused_and_stays_usable(at, sign_in):
    refresh = sign_in().cookies["jwt_refresh"].value
    response = at("post", "/api/auth/refresh/", f"jwt_refresh={refresh}; x=1, jwt_refresh={'B' * 43}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")
    assert at("post", "/api/auth/refresh/", f"jwt_refresh={refresh}; x=1, 2").status_code == 200


def test_a_cookie_that_only_the_page_is_sent_is_deleted_at_the_pages_paths(at, sign_in):
    refresh = sign_in().cookies["jwt_refresh"].value
    response = at("get", f"{CONTINUE}?next=/shop/cart?a=1", f"jwt_refresh={refresh}; vf_continue=2")
    assert {path for domain, path in deleted(response, "jwt") if domain == ""} == {"/shop", "/shop/", "/shop/cart"}
    assert left(response, "jwt") == [("", "/")]


@pytest.mark.parametrize("target", ["/a;%20Domain=evil", "/a%3B Secure", "/" + "a/" * 500, "/x\r\nSet-Cookie: a=b"])
def test_a_target_cannot_write_into_the_lines(at, sign_in, target):
    refresh = sign_in().cookies["jwt_refresh"].value
    response = at("get", CONTINUE, f"jwt_refresh={refresh}; vf_continue=2", data={"next": target})
    assert all(";" not in path and "\n" not in path for _, _, _, path in lines(response))
    assert 4 < len(lines(response)) < 200


def test_too_many_continuations_lead_to_a_page_that_says_why_whichever_cookie_counts_them(at):
    for cookies in (f"vf_continue={MOST_IN_A_ROW}", "vf_continue=0; vf_continue=9"):
        response = at("get", f"{CONTINUE}?next=/billing/", cookies)
        assert response["Location"] == "/accounts/login/?next=%2Fbilling%2F&problem=cookies"
        assert {path.rstrip("/") for _, path in deleted(response, "vf_continue")} >= {"/api/auth/continue"}
    assert ("vfservices.localhost", "/") in deleted(response, "vf_continue")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000"])
def test_at_an_ip_address_or_a_single_label_there_is_no_domain(client, alice, host):
    response = client.post(LOGOUT, HTTP_HOST=host, HTTP_COOKIE="jwt=x; jwt=y")
    assert {domain for _, _, domain, _ in lines(response)} == {""}


def test_a_host_of_very_many_labels_gets_a_bounded_number_of_lines(client, alice):
    host = "a." * 100 + "vfservices.localhost"
    response = client.post(LOGOUT, HTTP_HOST=host, HTTP_COOKIE="jwt=x; jwt=y; jwt_token=a; jwt_token=b")
    assert ("vfservices.localhost", "/") in deleted(response, "jwt")
    assert len(lines(response)) < 150


def test_the_prefix_is_part_of_every_name_and_leaves_the_names_without_it_alone(client, alice, configure):
    configure(sessions={"cookie_names": CookieNames("stg_")})
    ours = {"stg_jwt", "stg_jwt_token", "stg_jwt_refresh"}
    response = client.post(LOGIN, FORM, format="json", HTTP_COOKIE="jwt=x; jwt=y; stg_jwt=z")
    assert {key for _, key, _, _ in lines(response)} == ours | {"stg_vf_known"}
    refresh = response.cookies["stg_jwt_refresh"].value
    client.cookies.clear()
    response = client.get(CONTINUE, HTTP_COOKIE=f"jwt_refresh=x; stg_jwt_refresh={refresh}; jwt=y; jwt=z")
    assert response["Location"] == "/"
    assert {key for _, key, _, _ in lines(response)} == ours | {"stg_vf_continue"}
    client.cookies.clear()
    response = client.post(LOGOUT, HTTP_COOKIE=f"stg_jwt={response.cookies['stg_jwt'].value}; jwt=x")
    assert {key for _, key, _, _ in lines(response)} == ours
    assert Session.objects.get().revoked_at is not None
