"""The original request, rebuilt strictly (hostile rows 9, 12)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway_auth.denials import BadRequest
from gateway_auth.request.forwarded import ForwardedRequest, read_forwarded

from ..builders import headers


def test_the_original_request_is_rebuilt():
    assert read_forwarded(headers(("Origin", "https://a.test"), ("Sec-Fetch-Site", "same-origin"))) == ForwardedRequest(
        method="GET",
        scheme="https",
        host="vfservices.localhost:8443",
        uri="/api/billing/?a=b",
        websocket=False,
        navigation=False,
        origin="https://a.test",
        fetch_site="same-origin",
    )


@pytest.mark.parametrize(
    ("proto", "scheme", "websocket"),
    [("http", "http", False), ("https", "https", False), ("ws", "http", True), ("wss", "https", True)],
)
def test_a_websocket_handshake_is_known_by_its_protocol(proto, scheme, websocket):
    request = read_forwarded(headers(proto=proto))
    assert (request.scheme, request.websocket) == (scheme, websocket)


@pytest.mark.parametrize("version", ["13", "8", ""])
def test_a_websocket_handshake_is_known_by_its_header_where_the_proxy_says_http(version):
    request = read_forwarded(headers(("Sec-WebSocket-Version", version), ("Sec-Fetch-Mode", "navigate"), proto="http"))
    assert (request.websocket, request.navigation) == (True, False)


@pytest.mark.parametrize("name", ["Method", "Proto", "Host", "Uri"])
def test_a_request_is_refused_without_its(name):
    with pytest.raises(BadRequest):
        read_forwarded(headers(without=[f"X-Forwarded-{name}"]))


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "x-forwarded-uri", "Origin", "Sec-Fetch-Site"],
)
def test_a_request_is_refused_with_two_of(name):
    with pytest.raises(BadRequest):
        read_forwarded(headers((name, "/"), (name, "/")))


UNCOMMON = ["PROPFIND", "REPORT", "QUERY", "M-SEARCH", "get", "post", "BASELINE-CONTROL", "x!#$%&'*+.^_`|~-9", "A" * 32]

ODD = {
    "TRACE": {"method": "TRACE"},
    "trace in lower case": {"method": "trace"},
    "CONNECT": {"method": "CONNECT"},
    "connect in another case": {"method": "Connect"},
    "a method with a space": {"method": "GET "},
    "a method with a slash": {"method": "GET/POST"},
    "a method of 33 characters": {"method": "A" * 33},
    "a method that is not ASCII": {"method": "GÉT"},
    "two methods in one": {"method": "GET, POST"},
    "no method": {"method": ""},
    "an unknown protocol": {"proto": "gopher"},
    "a protocol in upper case": {"proto": "HTTPS"},
    "two protocols in one": {"proto": "https,http"},
    "no host": {"host": ""},
    "a host with a user name": {"host": "vfservices.localhost@evil.test"},
    "a host with a path": {"host": "vfservices.localhost/x"},
    "a host with a space": {"host": "a b"},
    "two hosts in one": {"host": "a, b"},
    "a host with an odd port": {"host": "a:x"},
    "a host with two ports": {"host": "a:1:2"},
    "a host of 300 characters": {"host": "a" * 300},
    "a host that is not ASCII": {"host": "vfsérvices"},
    "no path": {"uri": ""},
    "a path without a slash": {"uri": "api/"},
    "an absolute address": {"uri": "http://evil.test/"},
    "an asterisk": {"uri": "*"},
    "a path with a space": {"uri": "/a b"},
    "a path with a tab": {"uri": "/a\tb"},
    "a path with a NUL": {"uri": "/a\0b"},
    "a path that is not ASCII": {"uri": "/ä"},
    "a path with DEL": {"uri": "/\x7f"},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD.keys())
def test_a_request_is_refused_with(changes):
    with pytest.raises(BadRequest):
        read_forwarded(headers(**changes))


@pytest.mark.parametrize("method", UNCOMMON)
def test_a_method_may_be_any_token(method):
    request = read_forwarded(headers(("Sec-Fetch-Mode", "navigate"), method=method))
    assert (request.method, request.navigation) == (method, False)


@pytest.mark.parametrize("host", ["localhost", "A.b-c_d.example:65535", "[::1]", "[::1]:8443", "10.0.0.1:1"])
def test_a_host_may_be(host):
    assert read_forwarded(headers(host=host)).host == host


NAVIGATIONS = {
    "a browser that says so": ([("Sec-Fetch-Mode", "navigate")], {}, True),
    "a browser that says so of a HEAD": ([("Sec-Fetch-Mode", "navigate")], {"method": "HEAD"}, True),
    "an old browser that asks for a page": ([("Accept", "text/html,*/*;q=0.8")], {}, True),
    "a script, whatever it accepts": ([("Sec-Fetch-Mode", "cors"), ("Accept", "text/html")], {}, False),
    "two modes": ([("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Mode", "cors")], {}, False),
    "a program": ([("Accept", "*/*")], {}, False),
    "nothing said": ([], {}, False),
    "a form that is sent": ([("Sec-Fetch-Mode", "navigate")], {"method": "POST"}, False),
    "a WebSocket": ([("Sec-Fetch-Mode", "navigate")], {"proto": "wss"}, False),
}


@pytest.mark.parametrize(("more", "changes", "navigation"), NAVIGATIONS.values(), ids=NAVIGATIONS.keys())
def test_it_is_a_page_navigation_or_not_for(more, changes, navigation):
    assert read_forwarded(headers(*more, **changes)).navigation is navigation


VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30) | st.text(max_size=30)


def test_a_part_of_any_kind_is_kept_exactly_or_refused():
    reached = []

    @given(st.sampled_from(["method", "host", "uri"]), st.sampled_from(["", "/", "a"]), VALUES)
    @example("method", "", "M-SEARCH")
    @example("host", "a", ".test:1")
    @example("uri", "/", "a?b=%00")
    def holds(name, start, rest):
        value = start + rest
        try:
            request = read_forwarded(headers(**{name: value}))
        except (BadRequest, UnicodeEncodeError):
            return
        assert getattr(request, name) == value
        reached.append(name)

    holds()
    assert set(reached) == {"method", "host", "uri"}
    assert len(reached) >= 8
