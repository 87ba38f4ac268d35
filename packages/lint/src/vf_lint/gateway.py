"""Recognition of gateway-auth's middlewares on a route."""

import re
from urllib.parse import SplitResult, urlsplit

from vf_edge.rule import VERIFY_PATH, InvalidRule, Rule, read_rule

from .configuration import Middleware, Options, Route
from .expectations import Expectations

NAMESPACE = (
    "X-User-Id",
    "X-User-Roles",
    "X-User-Assertion",
    "X-User-Anything",
    "X_user_id",
    "X.user.id",
    "X~user~id",
    "X-User_roles",
)
"""One spelling of each kind, in Go's canonical form."""

IDENTITY_HEADERS = ("x-user-id", "x-user-name", "x-user-email", "x-user-roles", "x-user-session", "x-user-assertion")


REWRITING = ("stripPrefix", "stripPrefixRegex", "addPrefix", "replacePath", "replacePathRegex")
"""Kinds of middlewares that change the path for the service."""


def address_of(options: Options) -> SplitResult:
    """Return the parsed URL of a ForwardAuth; all parts are empty if it is invalid."""
    try:
        return urlsplit(str(options.get("address", "")))
    except ValueError:
        return urlsplit("")


def asks_gateway(middleware: Middleware) -> bool:
    """Return True if this is a ForwardAuth to ``/verify``."""
    return middleware.kind == "forwardAuth" and address_of(middleware.options).path == VERIFY_PATH


def rule_of(middleware: Middleware) -> Rule | None:
    """Return the access rule in the URL's query; None if gateway-auth rejects it."""
    try:
        return read_rule(address_of(middleware.options).query)
    except InvalidRule:
        return None


def gateway_rules(route: Route) -> list[Rule]:
    """Return the access rules of all calls to gateway-auth on the route."""
    return [found for middleware in route.middlewares if asks_gateway(middleware) and (found := rule_of(middleware))]


def requires_credential(route: Route) -> bool:
    """Return True if the route requires a credential."""
    return any(rule.required for rule in gateway_rules(route))


def is_checked(route: Route) -> bool:
    """Return True if the route calls gateway-auth, or has a middleware that can't be read and may do so."""
    return route.has_unseen or any(map(asks_gateway, route.middlewares))


def is_public_on_purpose(route: Route, expectations: Expectations) -> bool:
    """Return True if a chain on the route or the operator declares it public."""
    named = {name for middleware in route.middlewares for name in (middleware.name, *middleware.chains)}
    return expectations.is_public_service(route.router.service) or any(
        name.partition("@")[0] in expectations.public_chains for name in named
    )


def uncovered(pattern: object) -> list[str]:
    """Return the spellings of the namespace that ``authResponseHeadersRegex`` doesn't match."""
    if not pattern:
        return list(NAMESPACE)
    try:
        compiled = re.compile(str(pattern))
    except re.error:
        return list(NAMESPACE)
    return [name for name in NAMESPACE if not compiled.search(name)]


def strips_identity(route: Route) -> bool:
    """Return True if all of a client's identity headers are removed: the whole namespace, or every name in use."""
    removed: set[str] = set()
    for middleware in route.middlewares:
        if middleware.kind == "forwardAuth" and not uncovered(middleware.options.get("authResponseHeadersRegex")):
            return True
        if middleware.kind == "headers":
            custom = middleware.options.get("customRequestHeaders") or {}
            removed |= {name.lower() for name, value in custom.items() if value == ""}
    return removed >= set(IDENTITY_HEADERS)
