"""Which headers pages of other origins may use: the usual ones and an installation's own."""

import pytest

from vf_edge.cors import CorsHeaders
from vf_runtime import Environment, SettingError


def read(**variables: str) -> CorsHeaders:
    return CorsHeaders.from_environment(Environment(variables))


@pytest.mark.parametrize(
    "name",
    ["authorization", "baggage", "traceparent", "tracestate", "if-match", "if-none-match", "hx-request", "hx-trigger"],
)
def test_a_usual_request_header_needs_no_setting(name):
    assert name in read().allowed


@pytest.mark.parametrize(
    "name",
    [
        "ETag",
        "Content-Disposition",
        "Retry-After",
        "X-Request-Id",
        "Link",
        "Location",
        "WWW-Authenticate",
        "HX-Redirect",
    ],
)
def test_a_usual_response_header_needs_no_setting(name):
    assert name in read().exposed


def test_a_setting_adds_to_the_usual_names_and_repeats_none():
    names = read(VF_CORS_ALLOWED_HEADERS="X-Tenant, IF-MATCH x-tenant", VF_CORS_EXPOSED_HEADERS="X-Total,etag")
    assert names.allowed == (*CorsHeaders().allowed, "X-Tenant")
    assert names.exposed == (*CorsHeaders().exposed, "X-Total")


REFUSED = [
    *("*", "X-*", "a:b", "a;b", '"a"', "é", "x" * 65, "a(b)"),
    *("Cookie", "Set-Cookie", "Host", "X-User-Id", "x-user-assertion", "X_User_Id", "X-User", "X-Forwarded-For"),
    *("Forwarded", "Remote-User", "X-Remote-User", "X_Forwarded_For", "X_Real_IP", "X-Auth-Request-User"),
    *("Sec-Fetch-Site", "Access-Control-Allow-Origin", "Proxy-Authorization", "Connection"),
    *("X-Original-URI", "X-Real-IP", "Transfer-Encoding"),
]


@pytest.mark.parametrize("variable", ["VF_CORS_ALLOWED_HEADERS", "VF_CORS_EXPOSED_HEADERS"])
@pytest.mark.parametrize("name", REFUSED)
def test_no_wildcard_identity_or_credential_can_be_added(variable, name):
    with pytest.raises(SettingError, match=variable) as refusal:
        read(**{variable: f"X-Good, {name}"})
    assert len(str(refusal.value).splitlines()) == 1


def test_the_usual_names_would_pass_as_a_setting():
    usual = CorsHeaders()
    assert (
        read(VF_CORS_ALLOWED_HEADERS=" ".join(usual.allowed), VF_CORS_EXPOSED_HEADERS=" ".join(usual.exposed)) == usual
    )
