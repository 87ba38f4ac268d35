"""The requests of the attack suite, by target of the attack."""

from ..case import Case
from . import bodies, browsers, credentials, forged_identity, framing, hosts, parameters, paths, redirects, tokens

CASES: tuple[Case, ...] = (
    *forged_identity.CASES,
    *framing.CASES,
    *paths.CASES,
    *hosts.CASES,
    *credentials.CASES,
    *tokens.CASES,
    *browsers.CASES,
    *redirects.CASES,
    *bodies.CASES,
    *parameters.CASES,
)
"""All cases, in the order of the rows' groups."""
