"""A redirect after sign-in stays inside (hostile row 33)."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_edge.redirects import is_within, safe_next

BASE = "vfservices.localhost"

KEPT = [
    "/",
    "/accounts/profile/?a=b&c=%20#top",
    "/%09/evil",
    "/a//b",
    "/.//evil.test",
    f"https://{BASE}",
    f"http://{BASE}:8000/billing/?x=1",
    f"https://traefik.{BASE}:8443/dashboard/",
    f"HTTPS://TRAEFIK.{BASE.upper()}/",
]
REPLACED = {
    "nothing": None,
    "empty": "",
    "another host without a scheme": "//evil.test",
    "another host behind more slashes": "///evil.test",
    "a backslash": "/\\evil.test",
    "two backslashes": "\\\\evil.test",
    "a tab": "/\t/evil.test",
    "a line end": "/\n/evil.test",
    "a carriage return": "/a\r\nSet-Cookie: x=1",
    "a NUL": "/\0/evil.test",
    "a space in front": " //evil.test",
    "a no-break space": "/\u00a0/evil.test",
    "a full-width slash": "/\uff0fevil.test",
    "an ideographic full stop": f"https://{BASE}\u3002evil.test",
    "a scheme without slashes": "https:evil.test",
    "a scheme with one slash": "https:/evil.test",
    "a script": "javascript:alert(1)",
    "a script in disguise": f"javascript://{BASE}/%0aalert(1)",
    "data": "data:text/html,x",
    "another scheme": f"ftp://{BASE}/",
    "a user name that looks like our host": f"https://{BASE}@evil.test/",
    "a password that looks like our host": f"https://a:{BASE}@evil.test/",
    "our host with a user name": f"https://evil@{BASE}/",
    "our host inside another": f"https://{BASE}.evil.test/",
    "our host behind another's name": f"https://evil{BASE}/",
    "another host": "https://evil.test/",
    "our host with a trailing dot": f"https://{BASE}./",
    "our host and then no slash": f"https://{BASE}?x",
    "our host and then a fragment": f"https://{BASE}#@evil.test",
    "our host and an odd port": f"https://{BASE}:80a/",
    "our host and a long port": f"https://{BASE}:123456/",
    "a relative path": "evil.test",
    "a path with dots": "../evil",
    "an address in square brackets": "https://[::1]/",
    "very long": "/" + "a" * 2048,
}


@pytest.mark.parametrize("target", KEPT)
def test_kept(target):
    assert safe_next(target, base_domain=BASE) == target


@pytest.mark.parametrize("target", REPLACED.values(), ids=REPLACED.keys())
def test_replaced_if_it_is(target):
    assert safe_next(target, base_domain=BASE, fallback="/home/") == "/home/"


PIECES = ["/", "\\", ":", "@", "?", "#", ".", "https", "http", "evil.test", BASE, "%2f", "\t", " ", "javascript", "a"]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=40))
def test_a_browser_that_follows_it_is_still_inside(target):
    here = f"https://{BASE}/api/auth/continue/"
    followed = urlsplit(urljoin(here, safe_next(target, base_domain=BASE)))
    assert followed.scheme in ("http", "https")
    assert is_within(followed.hostname or "", BASE)


@pytest.mark.parametrize(
    ("host", "within"),
    [
        (BASE, True),
        (f"a.b.{BASE}", True),
        (BASE.upper(), True),
        (f"a{BASE}", False),
        (f"{BASE}.evil", False),
        ("", False),
        ("localhost", False),
        (f"{BASE}.", False),
    ],
)
def test_a_host_is_within_the_base_domain_or_not(host, within):
    assert is_within(host, BASE) is within
