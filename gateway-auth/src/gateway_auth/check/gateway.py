"""Recognises gateway-auth's own middlewares on a route."""

import re
from urllib.parse import SplitResult, urlsplit

from ..decision.steps import VERIFY_PATH
from ..denials import BadRequest
from ..request.rule import Rule, parse_rule
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
"""One spelling of each kind, as Go writes them after its own canonicalisation."""

IDENTITY_HEADERS = ("x-user-id", "x-user-name", "x-user-email", "x-user-roles", "x-user-session", "x-user-assertion")


REWRITING = ("stripPrefix", "stripPrefixRegex", "addPrefix", "replacePath", "replacePathRegex")
"""Kinds of middlewares that give a service another path than the one that was asked for."""


def address_of(options: Options) -> SplitResult:
    """The address of a ForwardAuth, taken apart; all parts empty if it is none."""
    try:
        return urlsplit(str(options.get("address", "")))
    except ValueError:
        return urlsplit("")


def asks_gateway(middleware: Middleware) -> bool:
    """True if this is a ForwardAuth to ``/verify``."""
    return middleware.kind == "forwardAuth" and address_of(middleware.options).path == VERIFY_PATH


def rule_of(middleware: Middleware) -> Rule | None:
    """The rule in the address's query; None if it is one that gateway-auth refuses."""
    try:
        return parse_rule(address_of(middleware.options).query)
    except BadRequest:
        return None


def gateway_rules(route: Route) -> list[Rule]:
    """The rules of all of the route's questions to gateway-auth."""
    return [found for middleware in route.middlewares if asks_gateway(middleware) and (found := rule_of(middleware))]


def requires_credential(route: Route) -> bool:
    """True if nobody passes without one."""
    return any(rule.required for rule in gateway_rules(route))


def is_checked(route: Route) -> bool:
    """True if gateway-auth is asked at all, or something that cannot be seen may be asking it."""
    return route.has_unseen or any(map(asks_gateway, route.middlewares))


def is_public_on_purpose(route: Route, expectations: Expectations) -> bool:
    """True if a chain on the route says so, or the operator does."""
    named = {name for middleware in route.middlewares for name in (middleware.name, *middleware.chains)}
    return expectations.is_public_service(route.router.service) or any(
        name.partition("@")[0] in expectations.public_chains for name in named
    )


def uncovered(pattern: object) -> list[str]:
    """Spellings of the namespace that ``authResponseHeadersRegex`` does not match."""
    if not pattern:
        return list(NAMESPACE)
    try:
        compiled = re.compile(str(pattern))
    except re.error:
        return list(NAMESPACE)
    return [name for name in NAMESPACE if not compiled.search(name)]


def strips_identity(route: Route) -> bool:
    """True if a client's identity headers do not survive: the whole namespace, or at least every name in use."""
    removed: set[str] = set()
    for middleware in route.middlewares:
        if middleware.kind == "forwardAuth" and not uncovered(middleware.options.get("authResponseHeadersRegex")):
            return True
        if middleware.kind == "headers":
            custom = middleware.options.get("customRequestHeaders") or {}
            removed |= {name.lower() for name, value in custom.items() if value == ""}
    return removed >= set(IDENTITY_HEADERS)
