"""One minimal mistake per row: the rule that must find it, and the change that causes it."""

import pytest

from vf_lint.findings import Severity

from .conftest import DYNAMIC

E, W = Severity.ERROR, Severity.WARNING
ROUTERS, MIDDLEWARES, WEB = "dynamic.routers", "dynamic.middlewares", "static.entryPoints.web"
AUTH = f"{MIDDLEWARES}.auth.forwardAuth"
CORS = f"{MIDDLEWARES}.cors.headers"
ORIGIN_PATTERNS = f"{CORS}.accessControlAllowOriginListRegex"
STRIPPING = {f"X-User-{name}": "" for name in ("Id", "Name", "Email", "Roles", "Session", "Assertion")}
PASSED_ON = ["authorization", "cookie", "origin", "sec-fetch-site", "sec-websocket-version"]
TCP = "dynamic.tcp"
TOKEN_RULE = "Host(`b.test`)"


REWRITING_OPTIONS = {
    "stripPrefix": {"prefixes": ["/orders"]},
    "stripPrefixRegex": {"regex": ["/[a-z]+"]},
    "addPrefix": {"prefix": "/api"},
    "replacePath": {"path": "/orders/"},
    "replacePathRegex": {"regex": "^/orders/(.*)", "replacement": "/$1"},
}


def row(sentence: str, rule: str, severity: Severity, place: str, value: object) -> object:
    """Return a parameter set with its sentence."""
    return pytest.param(rule, severity, (place, value), id=sentence)


def router(rule: str, *middlewares: str, priority: int = 1, service: str = "orders") -> dict[str, object]:
    """Return a router of the dynamic file."""
    return {"rule": rule, "priority": priority, "middlewares": list(middlewares), "service": service}


SPOILINGS = [
    row(
        "a router that strips the identity but asks nobody",
        "router-unprotected",
        E,
        f"{ROUTERS}.open",
        router(TOKEN_RULE, "strip"),
    ),
    row(
        "a public route to the same service below a protected one",
        "router-falls-through",
        E,
        f"{ROUTERS}.all",
        router("Host(`a.test`) && PathPrefix(`/`)", "public"),
    ),
    row(
        "a public route without a host below a protected one",
        "router-falls-through",
        E,
        f"{ROUTERS}.all",
        router("PathPrefix(`/orders/list/`)", "public"),
    ),
    row(
        "a chain with a member that is missing",
        "router-dropped",
        E,
        f"{MIDDLEWARES}.protected.chain.middlewares",
        ["auth", "lost"],
    ),
    row("a service that is missing", "router-dropped", E, f"{ROUTERS}.orders.service", "lost"),
    row("an entry point that is missing", "router-dropped", E, f"{ROUTERS}.orders.entryPoints", ["web", "lost"]),
    row(
        "a middleware of a provider that is not configured",
        "router-dropped",
        E,
        f"{MIDDLEWARES}.protected.chain.middlewares",
        ["auth", "cors@docker"],
    ),
    row(
        "a public chain that strips nothing",
        "identity-not-stripped",
        E,
        f"{MIDDLEWARES}.public.chain.middlewares",
        ["cors"],
    ),
    row(
        "pages for errors asked for before the identity is stripped",
        "identity-not-stripped",
        W,
        "dynamic",
        DYNAMIC
        | {
            "middlewares": DYNAMIC["middlewares"]
            | {
                "pages": {"errors": {"status": ["401"], "service": "orders", "query": "/{status}"}},
                "protected": {"chain": {"middlewares": ["cors", "pages", "auth"]}},
            },
        },
    ),
    row(
        "a stripping pattern with one spelling",
        "identity-not-stripped",
        E,
        f"{MIDDLEWARES}.strip.forwardAuth.authResponseHeadersRegex",
        "^X-User-",
    ),
    row(
        "a public prefix without a slash",
        "prefix-without-slash",
        E,
        f"{ROUTERS}.files.rule",
        "Host(`a.test`) && PathPrefix(`/static`)",
    ),
    row(
        "a protected prefix without a slash",
        "prefix-without-slash",
        W,
        f"{ROUTERS}.orders.rule",
        "Host(`a.test`) && PathPrefix(`/orders`)",
    ),
    row(
        "a public route with a longer rule above a protected one",
        "router-shadowed",
        E,
        f"{ROUTERS}.all",
        router("Host(`a.test`) || Host(`b.test`)", "public", priority=50),
    ),
    row(
        "a public pattern without a beginning",
        "path-regexp-open",
        E,
        f"{ROUTERS}.files.rule",
        "Host(`a.test`) && PathRegexp(`/static/`)",
    ),
    row(
        "a public pattern that begins with anything",
        "path-regexp-open",
        E,
        f"{ROUTERS}.files.rule",
        r"Host(`a.test`) && PathRegexp(`^/.*\.css$`)",
    ),
    row(
        "a public route that strips a part of the path",
        "path-rewritten",
        E,
        MIDDLEWARES + ".public.chain.middlewares",
        ["cors", "strip", "shorten"],
    ),
    row(
        "connections to a server of an HTTP service",
        "tcp-bypass",
        E,
        TCP,
        {
            "routers": {"all": {"rule": "HostSNI(`*`)", "service": "raw"}},
            "services": {"raw": {"loadBalancer": {"servers": [{"address": "127.0.0.1:1"}]}}},
        },
    ),
    row("a rule in another syntax", "router-rule-unreadable", W, f"{ROUTERS}.orders.rule", "Host:a.test"),
    row("an API that is insecure", "api-insecure", E, "static.api", {"insecure": True}),
    row("a provider that anybody may write to", "api-insecure", E, "static.providers", {"rest": {"insecure": True}}),
    row(
        "a provider for everybody",
        "dashboard-exposed",
        E,
        f"{ROUTERS}.rest",
        router(TOKEN_RULE, service="rest@internal"),
    ),
    row(
        "a dashboard behind a service of services",
        "dashboard-exposed",
        E,
        "dynamic",
        DYNAMIC
        | {
            "routers": DYNAMIC["routers"] | {"list": router(TOKEN_RULE, "public", service="list")},
            "services": DYNAMIC["services"] | {"list": {"weighted": {"services": [{"name": "api@internal"}]}}},
        },
    ),
    row("a dashboard for everybody", "dashboard-exposed", E, f"{ROUTERS}.dashboard.middlewares", []),
    row("a dashboard for every signed-in person", "dashboard-exposed", E, f"{ROUTERS}.dashboard.middlewares", ["auth"]),
    row("a client's forwarded headers trusted", "auth-trusts-forwarded", E, f"{AUTH}.trustForwardHeader", True),
    row("no pattern of identity headers", "auth-identity-regex", E, f"{AUTH}.authResponseHeadersRegex", ""),
    row(
        "a pattern for our names only",
        "auth-identity-regex",
        E,
        f"{AUTH}.authResponseHeadersRegex",
        "(?i)^X-User-(Id|Roles|Assertion)$",
    ),
    row("a pattern for one separator", "auth-identity-regex", E, f"{AUTH}.authResponseHeadersRegex", "(?i)^X-User-"),
    row(
        "a pattern for one letter case",
        "auth-identity-regex",
        E,
        f"{AUTH}.authResponseHeadersRegex",
        "^X[^a-z0-9]User[^a-z0-9]",
    ),
    row("an answer without a bound", "auth-response-unbounded", W, f"{AUTH}.maxResponseBodySize", -1),
    row(
        "a list of passed headers without the one that shows a WebSocket handshake",
        "auth-request-headers",
        E,
        f"{AUTH}.authRequestHeaders",
        ["Authorization", "Cookie", "Origin", "Sec-Fetch-Site"],
    ),
    row(
        "a list of passed headers without the credential of programs",
        "auth-request-headers",
        E,
        f"{AUTH}.authRequestHeaders",
        ["Cookie", "Origin", "Sec-Fetch-Site", "Sec-WebSocket-Version"],
    ),
    row(
        "redirects without the header that tells a page from a script",
        "auth-request-headers",
        W,
        AUTH,
        {
            "address": "http://gateway-auth:8000/verify?audience=orders&login=auto",
            "authResponseHeadersRegex": "(?i)^X[^a-z0-9]User[^a-z0-9]",
            "authRequestHeaders": [*PASSED_ON, "accept"],
            "maxResponseBodySize": 65536,
        },
    ),
    row(
        "an auth server at a public name in clear text",
        "auth-address",
        E,
        f"{AUTH}.address",
        "http://auth.example.com/verify?audience=orders",
    ),
    row(
        "an auth server at a public name",
        "auth-address",
        W,
        f"{AUTH}.address",
        "https://auth.example.com/verify?audience=orders",
    ),
    row(
        "an auth server at a public address",
        "auth-address",
        E,
        f"{AUTH}.address",
        "http://8.8.8.8/verify?audience=orders",
    ),
    row(
        "an auth server at a public name with any certificate",
        "auth-address",
        E,
        AUTH,
        DYNAMIC["middlewares"]["auth"]["forwardAuth"]
        | {"address": "https://auth.example.com/verify?audience=orders", "tls": {"insecureSkipVerify": True}},
    ),
    row(
        "the signs of another site removed before the question",
        "auth-inputs-replaced",
        E,
        f"{MIDDLEWARES}.untrusted.headers.customRequestHeaders",
        {"origin": ""},
    ),
    *(
        row(
            f"the path changed by {kind} before the question",
            "auth-path-changed",
            W,
            MIDDLEWARES,
            DYNAMIC["middlewares"]
            | {"first": {kind: options}, "protected": {"chain": {"middlewares": ["cors", "first", "auth"]}}},
        )
        for kind, options in REWRITING_OPTIONS.items()
    ),
    row(
        "the path changed in a chain of its own before the question",
        "auth-path-changed",
        W,
        MIDDLEWARES,
        DYNAMIC["middlewares"]
        | {
            "inner": {"chain": {"middlewares": ["shorten"]}},
            "protected": {"chain": {"middlewares": ["inner", "cors", "auth"]}},
        },
    ),
    row(
        "the path changed by a router above the one that asks",
        "auth-path-changed",
        W,
        ROUTERS,
        DYNAMIC["routers"]
        | {
            "top": {"rule": TOKEN_RULE, "middlewares": ["shorten"], "entryPoints": ["web"]},
            "leaf": {"rule": "PathPrefix(`/x/`)", "parentRefs": ["top"], "middlewares": ["auth"], "service": "orders"},
        },
    ),
    *(
        row(
            f"a public route that changes paths of a protected service by {kind}",
            "path-rewritten",
            E,
            "dynamic",
            DYNAMIC
            | {
                "middlewares": DYNAMIC["middlewares"] | {"first": {kind: options}},
                "routers": DYNAMIC["routers"] | {"open": router(TOKEN_RULE, "public", "first")},
            },
        )
        for kind, options in REWRITING_OPTIONS.items()
    ),
    row("an auth server behind a socket", "auth-address", E, f"{AUTH}.address", "unix:///verify?audience=orders"),
    row(
        "a rule with a mistyped parameter",
        "auth-rule-invalid",
        E,
        f"{AUTH}.address",
        "http://g:8000/verify?audience=orders&role=x",
    ),
    row("aliases of header names kept", "entrypoint-aliases", E, f"{WEB}.http.aliasHeadersStrategy", "keep"),
    row(
        "one encoded character let through",
        "entrypoint-encoded-characters",
        E,
        f"{WEB}.http.encodedCharacters.allowEncodedSlash",
        True,
    ),
    row("nothing said of encoded characters", "entrypoint-encoded-characters", E, f"{WEB}.http.encodedCharacters", {}),
    row(
        "forwarded headers of anybody", "entrypoint-trusts-forwarded", E, f"{WEB}.forwardedHeaders", {"insecure": True}
    ),
    row(
        "forwarded headers of the whole internet",
        "entrypoint-trusts-forwarded",
        E,
        f"{WEB}.forwardedHeaders",
        {"trustedIPs": ["0.0.0.0/0"]},
    ),
    row(
        "forwarded headers of a whole private net",
        "entrypoint-trusts-forwarded",
        W,
        f"{WEB}.forwardedHeaders",
        {"trustedIPs": ["10.0.0.0/8"]},
    ),
    row("paths with dots left as they are", "entrypoint-unsanitized-path", E, f"{WEB}.http.sanitizePath", False),
    row("PROXY protocol of anybody", "entrypoint-trusts-forwarded", E, f"{WEB}.proxyProtocol", {"insecure": True}),
    row(
        "CORS behind the question",
        "cors-behind-auth",
        E,
        f"{MIDDLEWARES}.protected.chain.middlewares",
        ["auth", "cors"],
    ),
    row("every origin listed", "cors-wildcard", E, f"{CORS}.accessControlAllowOriginList", ["*"]),
    row("the origin of sandboxed frames listed", "cors-wildcard", E, f"{CORS}.accessControlAllowOriginList", ["null"]),
    row("a pattern for every origin", "cors-wildcard", E, ORIGIN_PATTERNS, ["^https://.*$"]),
    row("a pattern without an end", "cors-unanchored", E, ORIGIN_PATTERNS, [r"^https://a\.test"]),
    row("a pattern without a beginning", "cors-unanchored", E, ORIGIN_PATTERNS, [r"a\.test$"]),
    row("a pattern with an open dot", "cors-unanchored", E, ORIGIN_PATTERNS, [r"^https://(.*)a\.test$"]),
    row("a pattern with an open dot in another domain", "cors-unanchored", E, ORIGIN_PATTERNS, [r"^https://c.test$"]),
    row(
        "a pattern of which one half is anchored", "cors-unanchored", E, ORIGIN_PATTERNS, [r"^https://c\.test|d\.test$"]
    ),
    row("a log with every header", "access-log-credentials", E, "static.accessLog.fields.headers.defaultMode", "keep"),
    row("a log with cookies", "access-log-credentials", E, "static.accessLog.fields.headers.names", {"cookie": "keep"}),
    row(
        "a log with the claimed user",
        "access-log-identity",
        W,
        "static.accessLog.fields.headers.names",
        {"X-User-Id": "keep"},
    ),
    row(
        "a log with the assertion",
        "access-log-identity",
        W,
        "static.accessLog.fields.headers.names",
        {"X-User-Assertion": "keep"},
    ),
]

HARMLESS = [
    pytest.param((f"{AUTH}.authRequestHeaders", PASSED_ON), id="all that decides passed on, and no more"),
    pytest.param((f"{ROUTERS}.files.middlewares", ["public", "strip"]), id="the identity stripped twice"),
    pytest.param((f"{MIDDLEWARES}.strip", {"headers": {"customRequestHeaders": STRIPPING}}), id="every name deleted"),
    pytest.param((f"{WEB}.http.aliasHeadersStrategy", "reject"), id="aliases rejected"),
    pytest.param((f"{WEB}.forwardedHeaders", {"trustedIPs": ["203.0.113.0/24", "2001:db8::/64"]}), id="a few proxies"),
    pytest.param((ORIGIN_PATTERNS, [r"^https://([a-z]+\.)?a\.test$"]), id="an anchored pattern"),
    pytest.param((f"{CORS}", {"accessControlAllowOriginList": ["*"]}), id="every origin, without credentials"),
    pytest.param(("static.accessLog.fields.headers", {"defaultMode": "redact"}), id="headers redacted"),
    pytest.param(("static.accessLog", None), id="no access log"),
    pytest.param((f"{ROUTERS}.other", router("Host(`b.test`)", "public")), id="a public route on another host"),
    pytest.param(
        (f"{ROUTERS}.high", router("Host(`a.test`) && Path(`/orders/health`)", "public", priority=50)),
        id="a public route above a protected one",
    ),
    pytest.param(
        (f"{ROUTERS}.all", router("Host(`a.test`) && !PathPrefix(`/orders/`)", "public", priority=50)),
        id="a public route above a protected one, which it leaves alone",
    ),
    pytest.param(
        (f"{ROUTERS}.files.rule", "Host(`a.test`) && PathRegexp(`^/static/`)"), id="a pattern with a beginning"
    ),
    pytest.param(
        (MIDDLEWARES + ".protected.chain.middlewares", ["cors", "auth", "shorten"]),
        id="a path cut short when protected",
    ),
    pytest.param(
        (
            MIDDLEWARES,
            DYNAMIC["middlewares"]
            | {
                "pages": {"errors": {"status": ["500"], "service": "orders", "query": "/{status}"}},
                "protected": {"chain": {"middlewares": ["cors", "auth", "pages"]}},
            },
        ),
        id="pages for errors asked for behind the question",
    ),
    pytest.param((f"{WEB}.http.sanitizePath", True), id="paths with dots resolved"),
    pytest.param(
        (
            TCP,
            {
                "routers": {"db": {"rule": "HostSNI(`*`)", "service": "db"}},
                "services": {"db": {"loadBalancer": {"servers": [{"address": "127.0.0.1:5432"}]}}},
            },
        ),
        id="connections to a server of no HTTP service",
    ),
    pytest.param(
        (
            "dynamic.routers.orders",
            {"Rule": "host(`a.test`) && pathprefix(`/orders/`)", "PRIORITY": "20"}
            | {"Middlewares": "public, protected", "service": "orders"},
        ),
        id="another spelling of the same",
    ),
]
