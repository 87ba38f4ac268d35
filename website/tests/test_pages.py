from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.asserts import assertTemplateUsed

PROTECTED = {
    "/dashboard/": "pages/dashboard.html",
    "/billing/": "pages/billing.html",
    "/inventory/": "pages/inventory.html",
    "/accounts/profile/": "accounts/profile.html",
    "/accounts/details/": "accounts/details.html",
    "/accounts/security/": "accounts/security.html",
    "/accounts/sessions/": "accounts/sessions.html",
    "/accounts/activity/": "accounts/activity.html",
    "/accounts/tokens/": "accounts/tokens.html",
    "/accounts/data/": "accounts/data.html",
}
OPEN = {
    "/": "pages/home.html",
    "/accounts/login/": "accounts/login.html",
    "/accounts/register/": "accounts/register.html",
    "/accounts/password/forgot/": "accounts/forgot_password.html",
    "/accounts/code/": "accounts/code.html",
}


OPERATORS = {
    "/operators/users/": "operators/users.html",
    "/operators/users/usr_1/": "operators/user.html",
    "/operators/invite/": "operators/invite.html",
    "/operators/events/": "operators/events.html",
    "/operators/programs/": "operators/programs.html",
}


@pytest.mark.parametrize(("path", "template"), OPEN.items())
def test_an_open_page_shows_its_template_to_everybody(anonymous, path, template):
    response = anonymous.get(path)
    assert response.status_code == 200
    assertTemplateUsed(response, template)


@pytest.mark.parametrize(("path", "template"), PROTECTED.items())
def test_a_protected_page_shows_its_template_to_a_signed_in_person(alice, path, template):
    response = alice.get(path)
    assert response.status_code == 200
    assertTemplateUsed(response, template)


@pytest.mark.parametrize(("path", "template"), OPERATORS.items())
def test_a_page_for_operators_shows_its_template_to_an_operator(operator, path, template):
    response = operator.get(path)
    assert response.status_code == 200
    assertTemplateUsed(response, template)


@pytest.mark.parametrize("path", ["/operators/", *OPERATORS])
def test_anyone_else_gets_a_page_that_names_the_role(alice, path):
    response = alice.get(path)
    assert response.status_code == 403
    assertTemplateUsed(response, "errors/error.html")
    assert "This page requires the role operator." in response.content.decode()


def test_operators_start_with_the_users(operator):
    response = operator.get("/operators/")
    assert (response.status_code, response["Location"]) == (302, "/operators/users/")


def test_the_id_in_the_url_is_text(operator):
    page = operator.get("/operators/users/%22%3E%3Cscript%3E&x=1/").content.decode()
    assert 'data-user-id="&quot;&gt;&lt;script&gt;&amp;x=1"' in page
    assert "/operators/events/?user=%22%3E%3Cscript%3E%26x%3D1" in page


@pytest.mark.parametrize("path", [*PROTECTED, "/operators/", *OPERATORS])
def test_a_protected_page_sends_anybody_else_to_renew_the_sign_in_and_come_back(anonymous, path):
    response = anonymous.get(path, {"page": "2", "search": "a&b"})
    target = urlsplit(response["Location"])
    assert (response.status_code, target.netloc, target.path) == (302, "", "/api/auth/continue/")
    assert parse_qs(target.query) == {"next": [f"{path}?page=2&search=a%26b"]}


@pytest.mark.parametrize("path", [*PROTECTED, *OPERATORS])
def test_identity_headers_without_an_assertion_open_no_page(anonymous, path):
    forged = {"X-User-Id": "usr_1", "X-User-Name": "alice", "X-User-Roles": "operator", "X-User-Email": ""}
    assert anonymous.get(path, headers=forged).status_code == 302


@pytest.mark.parametrize("path", [*OPEN, *PROTECTED, *OPERATORS])
def test_a_page_answers_only_to_reading(operator, path):
    assert operator.post(path).status_code == 405


def test_the_navigation_names_the_person_and_the_page(alice):
    page = alice.get("/billing/").content.decode()
    assert '<span class="visually-hidden">Signed in as </span>alice' in page
    assert page.count('aria-current="page"') == 1
    assert 'href="/billing/" aria-current="page"' in page


def test_a_name_that_looks_like_markup_is_escaped(anonymous):
    from vf_django.testing import as_user

    page = as_user(anonymous, username="<script>alert(1)</script>").get("/dashboard/").content.decode()
    assert "<script>alert" not in page
    assert "Hello, &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_only_an_operator_is_offered_the_traefik_dashboard(alice, operator):
    link = 'href="http://traefik.vfservices.localhost:8000/dashboard/"'
    assert link not in alice.get("/", headers={"host": "vfservices.localhost:8000"}).content.decode()
    assert link in operator.get("/", headers={"host": "vfservices.localhost:8000"}).content.decode()


def test_only_an_operator_is_offered_the_admin_and_only_if_there_is_one(alice, operator, settings):
    link = 'href="http://admin.vfservices.localhost:8000/admin/"'
    assert link not in alice.get("/", headers={"host": "vfservices.localhost:8000"}).content.decode()
    assert link in operator.get("/", headers={"host": "vfservices.localhost:8000"}).content.decode()
    settings.VF_ADMIN = False
    assert "admin." not in operator.get("/", headers={"host": "vfservices.localhost:8000"}).content.decode()


def test_only_an_operator_is_offered_the_pages_for_operators(alice, operator):
    link = 'href="/operators/">Operators</a>'
    assert link not in alice.get("/").content.decode()
    assert link in operator.get("/").content.decode()


@pytest.mark.parametrize("host", ["traefik", "admin"])
def test_on_a_host_of_operators_links_lead_back_to_the_site(anonymous, host):
    page = anonymous.get("/accounts/login/", headers={"host": f"{host}.vfservices.localhost:8000"}).content.decode()
    assert 'href="http://vfservices.localhost:8000/"' in page
    assert 'data-identity-api=""' in page  # the sign-in page uses its own host


def test_with_subdomains_the_page_tells_its_scripts_where_the_apis_are(settings, alice):
    settings.VF_LAYOUT = "subdomains"
    headers = {"host": "vfservices.localhost:8443", "x-forwarded-proto": "https"}
    page = alice.get("/billing/", headers=headers).content.decode()
    for name in ("identity", "billing", "inventory"):
        assert f'data-{name}-api="https://{name}.vfservices.localhost:8443"' in page
