"""Django's admin: only on its host, only for operators whose rows say so now, and only to read."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.utils import quote
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse
from django.utils.html import escape
from identity_provider.admin.registered import SHOWN
from identity_provider.admin.site import site
from identity_provider.events.models import Event
from identity_provider.mailing.models import Mail
from identity_provider.programs.models import ClientSecret, PersonalAccessToken, ServiceAccount
from identity_provider.revocations.models import Kind, Revocation
from identity_provider.signin.models import Session
from identity_provider.webhooks.models import Delivery

from vf_django.testing import as_anonymous, as_user
from vf_django.users import AnonymousUser

URLS = "identity_provider.admin.urls"
HOST = "admin.vfservices.localhost"
OTHER_HOSTS = ["vfservices.localhost", "identity.vfservices.localhost", "traefik.vfservices.localhost", "localhost"]
SECRET = "s3cret-never-shown"
NOW = datetime.now(UTC)


def session_of(user, **fields):
    times = {"created_at": NOW, "last_used_at": NOW, "access_expires_at": NOW}
    given = {"remember": False, "address": "192.0.2.1", "user_agent": "a browser", **times}
    return Session.objects.create(user=user, **{**given, "expires_at": NOW + timedelta(hours=1), **fields})


@pytest.fixture
def olga(make_user):
    return make_user("olga", roles=["operator"])


@pytest.fixture
def session(olga):
    return session_of(olga)


def signed_in(client, user, session, **more):
    fields = {"roles": tuple(user.roles), **more}
    return as_user(client, user_id=user.pk, username=user.username, session_id=session.pk, **fields)


@pytest.fixture
def admin(client, olga, session):
    client.defaults["SERVER_NAME"] = HOST
    return signed_in(client, olga, session)


@pytest.fixture
def rows(alice):
    """One row of each model that the admin shows, with a secret in each column that it doesn't."""
    alice.password = SECRET
    alice.save()
    account = ServiceAccount.objects.create(name="billing-job", created_at=NOW, roles=["operator"])
    credential = {"digest": SECRET, "hint": "vfp_abc", "created_at": NOW}
    event = Event.objects.create(at=NOW, kind="signed_in", succeeded=True, user_id=alice.pk, details={"x": 1})
    texts = {"subject": SECRET, "text": SECRET, "html": SECRET}
    times = {"created_at": NOW, "expires_at": NOW + timedelta(hours=1), "next_attempt_at": NOW}
    return [
        alice,
        EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True),
        session_of(alice, client_key_digest=SECRET),
        Authenticator.objects.create(user=alice, type="totp", data={"secret": SECRET}),
        SocialAccount.objects.create(user=alice, provider="gone", uid="1", extra_data={"token": SECRET}),
        PersonalAccessToken.objects.create(user=alice, name="ci", expires_at=NOW, **credential),
        account,
        ClientSecret.objects.create(account=account, **credential),
        event,
        Mail.objects.create(kind="sign_in_code", user_id=alice.pk, to=alice.email, **texts, **times),
        Delivery.objects.create(event=event, next_attempt_at=NOW),
        Revocation.objects.create(kind=Kind.SESSION, subject="ses_1", expires_at=1),
    ]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", URLS)


def page_of(row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return reverse(name, URLS, args=[quote(row.pk)])


LISTS = [list_of(model) for model in SHOWN]
PATHS = ["/", "/admin/", "/admin/login/", "/admin/jsi18n/", *LISTS]


def pages():
    return ["/admin/", "/admin/jsi18n/", *LISTS]


# -- what is shown --------------------------------------------------------------------------------------------------


def test_the_site_is_consistent():
    assert site.check(None) == []


@pytest.mark.parametrize("path", pages())
def test_an_operator_sees_each_page(admin, rows, path):
    response = admin.get(path)
    assert response.status_code == 200, response.content
    assert response["Cache-Control"] == "no-store, private"
    assert response.cookies == {}


def test_times_have_seconds_and_a_zone(admin, rows):
    Event.objects.update(at=datetime(2026, 11, 22, 18, 14, 5, tzinfo=UTC))
    assert "Nov 22, 2026, 6:14:05 PM UTC" in admin.get(list_of(Event)).content.decode()


def test_each_row_has_a_page_without_its_secrets(admin, rows):
    assert {type(row) for row in rows} == set(SHOWN)
    for row in rows:
        for path in (page_of(row), list_of(type(row))):
            response = admin.get(path)
            assert response.status_code == 200, path
            assert SECRET not in response.content.decode(), path
        assert f"<title>{escape(str(row))} |" in admin.get(page_of(row)).content.decode()


def test_no_secret_column_is_read(admin, rows):
    secret = re.compile(r'"(password|digest|client_key_digest|data|extra_data|text|html|subject)"')
    for row in rows:
        for path in (page_of(row), list_of(type(row))):
            with CaptureQueriesContext(connection) as queries:
                admin.get(path)
            own = [query["sql"] for query in queries if 'signin_session"."id" = \'' not in query["sql"]]
            found = {name for sql in own for name in secret.findall(sql)} - _named(row)
            assert found == set(), (path, found)


def _named(row):
    """Revocations have a ``subject`` that is no secret."""
    return {"subject"} if isinstance(row, Revocation) else set()


def test_a_page_of_a_user_leads_to_the_rows_of_that_user(admin, rows, alice):
    page = admin.get(page_of(alice)).content.decode()
    links = re.findall(r'href="(/admin/[^"]*\?[^"]*)"', page)
    assert len(links) == 7
    for link in links:
        assert admin.get(link.replace("&amp;", "&")).status_code == 200


def test_a_user_is_found_by_any_spelling_of_the_name(admin, alice, bob):
    page = admin.get(list_of(type(alice)), {"q": "ALI"}).content.decode()
    assert page_of(alice) in page
    assert page_of(bob) not in page
    assert page_of(alice) in admin.get(list_of(type(alice)), {"q": alice.pk}).content.decode()


def test_filters_of_the_lists(admin, rows):
    assert "1 event" in admin.get(list_of(Event), {"kind": "signed_in", "succeeded__exact": "1"}).content.decode()
    assert "0 events" in admin.get(list_of(Event), {"kind": "signed_out"}).content.decode()
    since = (NOW - timedelta(days=1)).isoformat()
    assert "1 event" in admin.get(list_of(Event), {"at__gte": since}).content.decode()


def test_nothing_inline_and_no_other_origin_runs_on_a_page(admin, rows):
    for path in ["/admin/", *LISTS, *map(page_of, rows)]:
        page = admin.get(path).content.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", page), path
        assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!vfservices)', page), path
    policy = admin.get("/admin/")["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_files_of_the_pages_are_served(admin, rows):
    page = admin.get(page_of(rows[0])).content.decode() + admin.get(LISTS[0]).content.decode()
    files = set(re.findall(r'(?:src|href)="(/api/docs/static/[^"]+)"', page))
    assert len(files) > 10
    for file in files:
        assert as_anonymous(admin).get(file).status_code == 200, file


def test_signing_out_is_the_platforms(admin, configure):
    page = admin.get("/admin/").content.decode()
    assert 'action="/api/auth/logout/"' in page
    assert 'value="/accounts/login/?signed_out=1"' in page
    configure(login_origins=("https://vfservices.localhost:8443",))
    page = admin.get("/admin/", HTTP_HOST=f"{HOST}:8443", HTTP_X_FORWARDED_PROTO="https").content.decode()
    assert 'value="https://vfservices.localhost:8443/accounts/login/?signed_out=1"' in page


# -- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_anonymous_requests_and_forged_headers_get_nothing(client, db, path):
    client.defaults["SERVER_NAME"] = HOST
    forged = {"HTTP_X_USER_ID": "usr_1", "HTTP_X_USER_ROLES": "operator", "HTTP_X_USER_NAME": "olga"}
    for headers in ({}, forged, {**forged, "HTTP_X_USER_ASSERTION": "e30.e30.e30"}):
        response = client.get(path, **headers)
        assert (response.status_code, response.json()["code"]) == (401, "credential_required")


REFUSED = {
    "a customer": ({"roles": ["customer"]}, {}, {}, "role_required"),
    "the role was taken away within the last second": ({"roles": []}, {}, {"roles": ("operator",)}, "role_required"),
    "the role was given within the last second": ({}, {}, {"roles": ()}, "role_required"),
    "a locked operator with a live token": ({"is_active": False}, {}, {}, "credential_required"),
    "an ended session": ({}, {"revoked_at": NOW}, {}, "credential_required"),
    "an expired session": ({}, {"expires_at": NOW - timedelta(seconds=1)}, {}, "credential_required"),
    "a session of another user": ({}, {"pk": "ses_other"}, {"session_id": "ses_1"}, "credential_required"),
    "someone who acts as this operator": ({}, {}, {"actor_id": "usr_2"}, "impersonated"),
    "a session of someone who acts as this operator": ({}, {"actor": "usr_2"}, {}, "impersonated"),
    "a program with the role": ({}, {}, {"session_id": "gnt_1"}, "program_not_allowed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, client, olga, log_lines):
    user, session, token, code = REFUSED[case]
    type(olga).objects.filter(pk=olga.pk).update(**user)
    session = session_of(olga, **session)
    client.defaults["SERVER_NAME"] = HOST
    as_user(client, user_id=olga.pk, **{"roles": ("operator",), "session_id": session.pk, **token})
    for path in PATHS:
        response = client.get(path)
        assert response.status_code in (401, 403)
        assert response.json()["code"] == code
    assert {line["reason"] for line in log_lines if line["event"] == "request_refused"} == {code}


def test_a_role_that_needs_a_factor(admin, olga, session, configure):
    configure(require_mfa_roles=frozenset({"operator"}))
    assert admin.get("/admin/").json()["code"] == "role_required"
    Authenticator.objects.create(user=olga, type="totp", data={})
    assert admin.get("/admin/").json()["code"] == "role_required"
    Session.objects.filter(pk=session.pk).update(methods="pwd otp mfa")
    assert admin.get("/admin/").status_code == 200


def test_the_role_is_read_with_each_request(admin, olga):
    assert admin.get("/admin/").status_code == 200
    type(olga).objects.filter(pk=olga.pk).update(roles=["customer"])
    assert admin.get("/admin/").json()["code"] == "role_required"


# -- where ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_other_hosts_have_no_admin(admin, host):
    for path in PATHS[1:]:
        assert admin.get(path, HTTP_HOST=host).status_code == 404


@pytest.mark.parametrize("host", [f"{HOST}:8000", HOST.upper(), f"{HOST}."])
def test_the_host_in_any_spelling(admin, host):
    assert admin.get("/admin/", HTTP_HOST=host).status_code == 200


def test_the_setting_leaves_it_out(admin, configure):
    configure(admin=False)
    for path in PATHS[1:]:
        assert admin.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/accounts/login/", "/x/", "/admin", "/.well-known/jwks.json", "/static/"])
def test_the_host_has_nothing_else(admin, path):
    assert admin.get(path).status_code == (301 if path == "/admin" else 404)


def test_the_api_is_the_same_on_this_host(admin):
    assert admin.post("/api/auth/logout/").status_code == 204
    assert admin.get("/api/auth/continue/?next=/admin/")["Location"] == "/accounts/login/?next=%2Fadmin%2F"


# -- attacks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_every_other_method_is_refused(admin, rows, method):
    before = {type(row): type(row).objects.count() for row in rows}
    for path in [*PATHS, *map(page_of, rows)]:
        response = getattr(admin, method)(path, HTTP_ORIGIN="https://evil.test")
        assert response.status_code == 405, path
        assert response["Allow"] == "GET, HEAD"
    assert {type(row): type(row).objects.count() for row in rows} == before


LOOKUPS = [
    *("password__startswith", "password", "password__gt", "sessions__client_key_digest__startswith"),
    *("personal_access_tokens__digest__startswith", "authenticator__data__contains", "pk__in", "username__contains"),
    *("is_active__in", "created_at__year", "emailaddress__email__startswith", "id__regex", "roles__contains"),
]


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_no_other_column_can_be_asked_for(admin, alice, lookup):
    assert admin.get(list_of(type(alice)), {lookup: "a"}).status_code == 400


OTHER_LOOKUPS = {
    Session: ["user__password__startswith", "client_key_digest__exact", "refresh_tokens__digest", "user__username"],
    Authenticator: ["data__contains", "data__secret__startswith", "user__password__startswith", "type__startswith"],
    PersonalAccessToken: ["digest__exact", "digest", "user__password__regex", "hint__startswith"],
    ClientSecret: ["digest__gt", "account__secrets__digest__startswith"],
    Mail: ["text__contains", "subject__contains", "html__regex", "to__contains"],
    SocialAccount: ["extra_data__contains", "socialtoken__token__startswith", "extra_data__token"],
    Event: ["details__x", "details__contains", "delivery__id", "at__year"],
    EmailAddress: ["emailconfirmation__key__startswith", "user__password__startswith"],
}


@pytest.mark.parametrize(("model", "lookup"), [(m, name) for m, names in OTHER_LOOKUPS.items() for name in names])
def test_no_column_of_another_model_can_be_asked_for(admin, rows, model, lookup):
    assert admin.get(list_of(model), {lookup: "a"}).status_code == 400


def test_secret_columns_are_not_searched(admin, rows):
    for row in rows:
        page = admin.get(list_of(type(row)), {"q": SECRET[:8]}).content.decode()
        assert re.search(r"\b0 \w", page), type(row)


@pytest.mark.parametrize(
    "query",
    [
        *("o=99", "o=-99.x.5", "o=1.2.3.4.5", "o=password", "p=99999999999999999999", "p=-1", "p=x", "all=", "e=1"),
        *("_popup=1", "_facets=1", "q=%00", "q=" + "x" * 5000, "q=" + "a+" * 120, "q='+OR+1=1--", "p=2&all=1"),
    ],
)
def test_odd_queries_are_answered(admin, rows, query):
    for path in LISTS:
        response = admin.get(f"{path}?{query}")
        assert response.status_code in (200, 302), (path, response.status_code)
        assert response.status_code == 200 or response["Location"] == f"{path}?e=1"


@pytest.mark.parametrize("query", ["_to_field=password", "_to_field=id", "_to_field=username_key"])
def test_no_row_is_found_by_another_column(admin, alice, query):
    assert admin.get(f"{list_of(type(alice))}?{query}").status_code == 400
    assert admin.get(f"{page_of(alice)}?{query}").status_code == 400


@pytest.mark.parametrize("pk", ["x", "%00", "999999999999999999999999", "-1", "..", "1/delete", "a/b/c"])
def test_a_row_that_does_not_exist(admin, rows, pk):
    for path in LISTS:
        assert admin.get(f"{path}{pk}/change/").status_code == 404


ABSENT = [
    "logout",
    "password_change",
    "password_change/done",
    "autocomplete",
    "r/1/1",
    "accounts",
    "auth",
    "auth/user",
    "admin/logentry",
    "doc",
    "accounts/user/add",
    "accounts/user/x/delete",
    "accounts/user/x/history",
    "accounts/user/x/password",
    "signin/refreshtoken",
    "signin/failurecount",
    "flows/flowstate",
    "socialaccount/socialapp",
]


@pytest.mark.parametrize("path", [f"/admin/{path}/" for path in ABSENT])
def test_what_django_has_and_this_admin_has_not(admin, path):
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize("query", ["", "?next=//evil.test", "?next=https://evil.test/", "?next=/admin//evil.test"])
def test_the_sign_in_of_django_leads_to_the_start_only(admin, query):
    response = admin.get(f"/admin/login/{query}")
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_a_missing_slash_leads_within_the_host(admin):
    assert admin.get("/admin/accounts/user")["Location"] == "/admin/accounts/user/"
    assert admin.get("//evil.test/admin").status_code in (301, 404)


def test_names_are_text(admin, alice):
    type(alice).objects.filter(pk=alice.pk).update(username="<script>alert(1)</script>", name="<img src=x onerror=y>")
    session_of(alice, user_agent="<svg onload=alert(1)>")
    for path in [page_of(alice), list_of(type(alice)), list_of(Session), page_of(alice.sessions.get())]:
        page = admin.get(path).content.decode()
        assert not re.search("<script>alert|<img src=x|<svg onload", page)


def test_every_view_of_the_host_is_for_operators(rf):
    """A URL that someone adds without the guard fails here."""

    def views(patterns):
        for pattern in patterns:
            yield from [pattern.callback] if isinstance(pattern, URLPattern) else views(pattern.url_patterns)

    found = list(views(get_resolver(URLS).url_patterns))
    assert len(found) == 4 + 2 * len(SHOWN)
    for view in found:
        request = rf.get("/admin/")
        request.user, request.resolver_match = AnonymousUser(), None
        assert view(request).status_code == 401


def test_a_list_costs_few_statements(admin, rows, django_assert_max_num_queries):
    for path in LISTS:
        with django_assert_max_num_queries(4):
            admin.get(path)


def test_reading_writes_no_row(admin, rows):
    with CaptureQueriesContext(connection) as queries:
        for path in [*LISTS, *map(page_of, rows)]:
            admin.get(path)
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
