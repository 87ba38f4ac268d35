"""Rules for ForwardAuth: the request to the auth server, and the use of its response."""

import ipaddress
from collections.abc import Iterator

from ..configuration import Configuration, Middleware, Options
from ..expectations import Expectations
from ..findings import Finding, Rule, Severity
from ..gateway import REWRITING, address_of, asks_gateway, rule_of, uncovered

TRUSTS = Rule(
    "auth-trusts-forwarded",
    "ForwardAuth trusts a client's X-Forwarded-* headers",
    "A client that sends 'X-Forwarded-Uri: /public' gets a decision about a different request.",
    "Set trustForwardHeader to false. List real proxies in the entry point's forwardedHeaders.trustedIPs.",
)
NAMESPACE = Rule(
    "auth-identity-regex",
    "authResponseHeadersRegex does not cover the X-User- namespace in every spelling",
    "Headers that don't match come from the client: X-User-Anything, or X_User_Id, which many servers read as "
    "X-User-Id, reach the service with the gateway's own.",
    'Set authResponseHeadersRegex to "(?i)^X[^a-z0-9]User[^a-z0-9]".',
)
UNBOUNDED = Rule(
    "auth-response-unbounded",
    "ForwardAuth reads responses of any size",
    "An auth server that is broken or compromised can fill Traefik's memory.",
    "Set maxResponseBodySize, for example 65536.",
)
ADDRESS = Rule(
    "auth-address",
    "The auth server's URL is not a private http:// or https:// one",
    "Traefik sends the cookies and tokens of every request to this URL. On a public network without encryption, "
    "others can read them. With another scheme, every request fails.",
    "Use gateway-auth's internal host name or IP address with http:// or https://.",
)
RULE = Rule(
    "auth-rule-invalid",
    "gateway-auth rejects the access rule in the URL",
    "Every request on such a route gets a 400. No data is exposed, but the route doesn't work.",
    "Use ?audience=NAME&mode=required|optional, optionally with &roles=a,b and &login=auto|never.",
)
REQUEST_HEADERS = Rule(
    "auth-request-headers",
    "authRequestHeaders omits headers that decisions depend on",
    "Without Origin, Sec-Fetch-Site and Sec-WebSocket-Version, a page of another site can act with a user's cookie. "
    "Without Authorization or Cookie, gateway-auth doesn't check the credential that the client sent.",
    "List Authorization, Cookie, Origin, Sec-Fetch-Site and Sec-WebSocket-Version; for redirects to the sign-in page "
    "also Accept and Sec-Fetch-Mode. Or omit authRequestHeaders, which passes every header on.",
)
REPLACED = Rule(
    "auth-inputs-replaced",
    "A middleware before ForwardAuth changes headers that decisions depend on",
    "A request without Origin and Sec-Fetch-Site looks like that of a program, so a page of another site can act with "
    "a user's cookie. An Authorization header that is set there applies to every request.",
    "Move the headers middleware after the ForwardAuth, where it changes what the service gets.",
)
PATH_CHANGED = Rule(
    "auth-path-changed",
    "A middleware before ForwardAuth changes the path",
    "gateway-auth gets the changed path without the removed prefix. So login=auto redirects a signed-in user to a "
    "page that doesn't exist or belongs to another service, and the log shows paths that no client sent.",
    "Move it after the ForwardAuth. Only with VF_ASSERTION_BINDING=request must it stay before, because an assertion "
    "names the path that the service gets: then omit login=auto and use --ignore auth-path-changed.",
)
_DECIDING = ("Authorization", "Cookie", "Origin", "Sec-Fetch-Site", "Sec-WebSocket-Version")
_FOR_REDIRECTS = ("Accept", "Sec-Fetch-Mode")
_PRIVATE_SUFFIXES = (".localhost", ".internal", ".local", ".lan", ".svc", ".cluster.local", ".home.arpa", ".test")


def trusts(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find ``trustForwardHeader: true``."""
    for name, options in _forward_auths(configuration):
        if options.get("trustForwardHeader"):
            yield Finding(TRUSTS, f"middleware {name}", "trustForwardHeader is true")


def namespace(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find calls to gateway-auth whose response leaves some of the client's identity headers in place."""
    for name, options in _forward_auths(configuration):
        survivors = uncovered(options.get("authResponseHeadersRegex"))
        if survivors and asks_gateway(Middleware(name, "forwardAuth", options)):
            yield Finding(NAMESPACE, f"middleware {name}", f"these survive: {', '.join(survivors)}")


def unbounded(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find a missing body limit, which is Traefik's default."""
    for name, options in _forward_auths(configuration):
        if int(options.get("maxResponseBodySize") or -1) < 0:
            yield Finding(UNBOUNDED, f"middleware {name}", "maxResponseBodySize is not set", Severity.WARNING)


def address(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find another scheme, or a public host."""
    for name, options in _forward_auths(configuration):
        parts = address_of(options)
        host = parts.hostname or ""
        place, shown = f"middleware {name}", f"{parts.scheme}://{host}"
        if parts.scheme not in ("http", "https") or not host:
            yield Finding(ADDRESS, place, f"{shown}: the scheme must be http or https, with a host")
        elif not _is_private(host):
            open_to_all = _readable_by_others(parts.scheme, options)
            severity = Severity.ERROR if open_to_all else Severity.WARNING
            yield Finding(ADDRESS, place, f"{shown} is a public name{open_to_all}", severity)


def rule(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find queries that the gateway rejects."""
    for name, options in _forward_auths(configuration):
        middleware = Middleware(name, "forwardAuth", options)
        if asks_gateway(middleware) and rule_of(middleware) is None:
            query = address_of(options).query
            yield Finding(RULE, f"middleware {name}", f"?{query}" if query else "there is no query")


def request_headers(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find lists of headers to pass on that omit one on which the decision depends."""
    for name, options in _forward_auths(configuration):
        middleware = Middleware(name, "forwardAuth", options)
        passed = {str(header).lower() for header in options.get("authRequestHeaders") or ()}
        asked = rule_of(middleware) if asks_gateway(middleware) else None
        if not passed or asked is None:
            continue
        missing = [header for header in _DECIDING if header.lower() not in passed]
        if missing:
            yield Finding(REQUEST_HEADERS, f"middleware {name}", f"not passed on: {', '.join(missing)}")
        elif asked.login and not passed.issuperset(header.lower() for header in _FOR_REDIRECTS):
            words = f"login=auto works only with {' and '.join(_FOR_REDIRECTS)}"
            yield Finding(REQUEST_HEADERS, f"middleware {name}", words, Severity.WARNING)


def replaced(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find request headers that are set or removed before gateway-auth sees them."""
    seen: set[tuple[str, str]] = set()
    for route in configuration.routes():
        changed: dict[str, str] = {}
        for middleware in route.middlewares:
            if middleware.kind == "headers":
                changed |= {
                    name.lower(): middleware.name for name in middleware.options.get("customRequestHeaders") or {}
                }
            for header in _DECIDING if asks_gateway(middleware) else ():
                found = (changed.get(header.lower(), ""), header)
                if found[0] and found not in seen:
                    seen.add(found)
                    yield Finding(REPLACED, f"middleware {found[0]}", f"changes {header} before {middleware.name}")


def path_changed(configuration: Configuration, _expectations: Expectations) -> Iterator[Finding]:
    """Find paths that are rewritten before gateway-auth sees them: it builds sign-in URLs from the path."""
    seen: set[tuple[str, str]] = set()
    for route in configuration.routes():
        rewriting: list[Middleware] = []
        for middleware in route.middlewares:
            if middleware.kind in REWRITING:
                rewriting.append(middleware)
            for first in rewriting if asks_gateway(middleware) else ():
                if (first.name, middleware.name) not in seen:
                    seen.add((first.name, middleware.name))
                    words = f"{first.kind} before {middleware.name}, on router {route.router.name}"
                    yield Finding(PATH_CHANGED, f"middleware {first.name}", words, Severity.WARNING)


CHECKS = (
    (TRUSTS, trusts),
    (NAMESPACE, namespace),
    (UNBOUNDED, unbounded),
    (ADDRESS, address),
    (RULE, rule),
    (REQUEST_HEADERS, request_headers),
    (REPLACED, replaced),
    (PATH_CHANGED, path_changed),
)


def _forward_auths(configuration: Configuration) -> Iterator[tuple[str, Options]]:
    for name, kinds in configuration.middlewares.items():
        if "forwardAuth" in kinds:
            yield name, kinds["forwardAuth"] or {}


def _readable_by_others(scheme: str, options: Options) -> str:
    """Return why someone on the network could read the tokens and forge the response; empty if no one could."""
    if scheme == "http":
        return " in clear text"
    return " of any certificate" if (options.get("tls") or {}).get("insecureSkipVerify") else ""


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_SUFFIXES)
