"""Allowed origins: discovered, exact, never a wildcard (hostile row 29)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_auth.origins import AllowedOrigins, hosts_of_routers, origins_of_hosts
from vf_edge.cors import CorsHeaders, cors_middleware

BASE = "vfservices.localhost"


def hosts(rule: str, status: str = "enabled") -> set[str]:
    return hosts_of_routers([{"rule": rule, "status": status}], BASE)


RULES = {
    "one host": (f"Host(`{BASE}`)", {BASE}),
    "double quotes": (f'Host("{BASE}")', {BASE}),
    "several hosts": (f"Host(`{BASE}`) || Host(`billing.{BASE}`)", {BASE, f"billing.{BASE}"}),
    "several arguments": (f"Host(`{BASE}`, `a.{BASE}`)", {BASE, f"a.{BASE}"}),
    "upper case": (f"Host(`BILLING.{BASE.upper()}`) && PathPrefix(`/`)", {f"billing.{BASE}"}),
    "a foreign host": ("Host(`evil.test`)", set()),
    "a host that ends like ours": (f"Host(`x{BASE}`)", set()),
    "a host that begins like ours": (f"Host(`{BASE}.evil.test`)", set()),
    "a pattern of hosts": (f"HostRegexp(`.+{BASE}`)", set()),
    "an SNI host": (f"HostSNI(`{BASE}`)", set()),
    "a path that looks like a host": (f"PathPrefix(`{BASE}`)", set()),
    "no rule": ("", set()),
}


@pytest.mark.parametrize(("rule", "expected"), RULES.values(), ids=RULES.keys())
def test_hosts_are_read_from(rule, expected):
    assert hosts(rule) == expected


@pytest.mark.parametrize("status", ["disabled", "warning", ""])
def test_a_router_that_is_not_enabled_gives_none(status):
    assert hosts(f"Host(`{BASE}`)", status) == set()


def test_a_router_without_a_rule_or_status_gives_none():
    assert hosts_of_routers([{}, {"status": "enabled"}, {"status": "enabled", "rule": None}], BASE) == set()


@given(st.text(max_size=60))
def test_a_rule_of_any_kind_gives_hosts_below_the_base_domain_only(rule):
    assert all(host == BASE or host.endswith("." + BASE) for host in hosts(rule + f"Host(`{BASE}`)"))


def test_development_allows_both_schemes_with_their_public_ports():
    found = origins_of_hosts([BASE], production=False, http_port=8000, https_port=8443)
    assert found == {f"http://{BASE}:8000", f"https://{BASE}:8443"}


def test_production_allows_https_only_and_leaves_the_default_port_out():
    assert origins_of_hosts([BASE], production=True, http_port=80, https_port=443) == {f"https://{BASE}"}


def test_the_middleware_lists_origins_and_never_a_wildcard_or_pattern():
    document = cors_middleware({"https://b.test", "https://a.test"}, CorsHeaders())
    middleware = document["http"]["middlewares"]["cors"]["headers"]
    assert middleware["accessControlAllowOriginList"] == ["https://a.test", "https://b.test"]
    assert middleware["accessControlAllowCredentials"] is True
    assert middleware["addVaryHeader"] is True
    assert "X-Answer-For" in middleware["accessControlExposeHeaders"]
    assert "*" not in str(middleware)
    assert "accessControlAllowOriginListRegex" not in middleware


def test_only_a_different_set_is_a_change():
    changes = []
    origins = AllowedOrigins(["a", "b"], lambda: changes.append(1))
    assert origins.replace(["b", "a"]) is False
    assert origins.replace(["a"]) is True
    assert (origins.current, changes) == (frozenset({"a"}), [1])
