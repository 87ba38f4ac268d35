"""When a browser's cookie stands for the person (hostile row 31)."""

import pytest

from vf_edge.cross_site import is_allowed

OURS = "https://vfservices.localhost:8443"
ALLOWED_ORIGINS = frozenset({OURS})

# (method, WebSocket, Sec-Fetch-Site, Origin, allowed)
CASES = {
    "reading from another site is harmless": ("GET", False, "cross-site", "https://evil.test", True),
    "a HEAD from another site is harmless": ("HEAD", False, "cross-site", None, True),
    "an OPTIONS from another site is harmless": ("OPTIONS", False, "cross-site", "null", True),
    "a form on our own page": ("POST", False, "same-origin", OURS, True),
    "a person's own bookmark": ("POST", False, "none", None, True),
    "our other host's script": ("POST", False, "same-site", OURS, True),
    "an allowed foreign origin": ("DELETE", False, "cross-site", OURS, True),
    "an old browser on our page": ("POST", False, None, OURS, True),
    "a program without either header": ("POST", False, None, None, True),
    "a form on a foreign page": ("POST", False, "cross-site", "https://evil.test", False),
    "a form on a foreign page that hides its origin": ("POST", False, "cross-site", None, False),
    "a sandboxed page": ("POST", False, "cross-site", "null", False),
    "a sandboxed page in an old browser": ("POST", False, None, "null", False),
    "a neighbour's subdomain": ("PUT", False, "same-site", "https://other.localhost", False),
    "a neighbour's subdomain without an origin": ("PUT", False, "same-site", None, False),
    "an old browser on a foreign page": ("PATCH", False, None, "https://evil.test", False),
    "an origin that only begins like ours": ("POST", False, None, OURS + ".evil.test", False),
    "an origin in another letter case": ("POST", False, None, OURS.upper(), False),
    "an origin with a slash": ("POST", False, None, OURS + "/", False),
    "an origin on another port": ("POST", False, None, "https://vfservices.localhost", False),
    "an origin by http": ("POST", False, None, OURS.replace("https", "http"), False),
    "an empty origin": ("POST", False, None, "", False),
    "an unknown word for the site": ("POST", False, "same-origin, none", None, False),
    "an empty word for the site": ("POST", False, "", None, False),
    "a method in lower case is not known to be safe": ("get", False, "cross-site", None, False),
    "a WebSocket from our own page": ("GET", True, "same-origin", OURS, True),
    "a WebSocket from our page in an old browser": ("GET", True, None, OURS, True),
    "a WebSocket of a program": ("GET", True, None, None, True),
    "a WebSocket from a foreign page": ("GET", True, "cross-site", "https://evil.test", False),
    "a WebSocket from a foreign page in an old browser": ("GET", True, None, "https://evil.test", False),
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", ""])
def test_every_method_that_is_not_safe_may_change_something(method):
    assert not is_allowed(
        method=method, websocket=False, fetch_site="cross-site", origin=None, allowed_origins=ALLOWED_ORIGINS
    )


@pytest.mark.parametrize(("method", "websocket", "fetch_site", "origin", "allowed"), CASES.values(), ids=CASES.keys())
def test_the_cookie_counts_or_not_for(method, websocket, fetch_site, origin, allowed):
    assert allowed is is_allowed(
        method=method,
        websocket=websocket,
        fetch_site=fetch_site,
        origin=origin,
        allowed_origins=ALLOWED_ORIGINS,
    )
