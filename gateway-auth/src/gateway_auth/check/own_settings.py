"""gateway-auth's own settings: all of them, the issuers file, and with ``--online`` what they point at."""

import asyncio
import time
from collections.abc import Iterator, Mapping

import aiohttp

from vf_lint.findings import Finding, Rule, Severity
from vf_runtime import Environment, SettingError

from ..explain.shown import keys_from
from ..explain.situation import Situation
from ..origins import hosts_of_routers
from ..serve.worker_parts import WorkerParts, build
from ..settings import GatewaySettings, load_settings

INVALID = Rule(
    "settings-invalid",
    "A setting is invalid or missing",
    "gateway-auth doesn't start, and without it every protected request is denied.",
    "Set the variable as the message describes (docs/settings.md).",
)
UNREACHABLE = Rule(
    "dependency-unreachable",
    "A server that the settings name doesn't respond",
    "Without an issuer's keys, its tokens are rejected. Without Redis, every request is denied after "
    "VF_REVOCATION_MAX_STALENESS.",
    "Start the server, or correct its URL.",
)
MISSPELT = Rule(
    "variable-unknown",
    "A variable looks like a setting of the platform, but no component reads it",
    "The intended setting keeps its default: for example, an origin is rejected or a limit is not applied.",
    "Correct its name (docs/settings.md), or remove it.",
)
RULES = (INVALID, UNREACHABLE, MISSPELT)
_TIMEOUT = aiohttp.ClientTimeout(total=3.0)


def check_settings(variables: Mapping[str, str], *, online: bool) -> list[Finding]:
    """Findings about the settings in ``variables``; with ``online`` also about what they name."""
    environment = Environment(variables)
    misspelt = [Finding(MISSPELT, found.name, str(found), Severity.WARNING) for found in environment.misspelt()]
    try:
        settings = load_settings(environment)
        parts = build(settings)
    except SettingError as error:
        name = str(error).partition(" ")[0].rstrip(":")
        return [Finding(INVALID, name, str(error)), *misspelt]
    return [*misspelt, *(asyncio.run(_unreachable(settings, parts)) if online else [])]


async def _unreachable(settings: GatewaySettings, parts: WorkerParts) -> list[Finding]:
    situation = Situation(parts, time.time(), offline=False)
    sources = [issuer.source for issuer in parts.verifier.issuers.values()]
    await asyncio.gather(situation.learn_revocations(), *(source.learn() for source in sources))
    return [*_without_keys(parts), *_without_revocations(settings, parts), *await _without_routers(settings)]


def _without_keys(parts: WorkerParts) -> Iterator[Finding]:
    for issuer in parts.verifier.issuers.values():
        failure = issuer.source.failure
        if failure is not None:
            detail = f"{keys_from(issuer)}: {failure.words} ({failure.code})"
            yield Finding(UNREACHABLE, f"key set of {issuer.policy.issuer}", detail)


def _without_revocations(settings: GatewaySettings, parts: WorkerParts) -> Iterator[Finding]:
    if settings.redis is not None and parts.gate.state.fresh_at is None:
        detail = (
            "revocations could not be read: no connection, no permission, or no key vf:revocations:epoch of this "
            "run of the server, by which a publisher says that the stream is complete (docs/headers.md)"
        )
        yield Finding(UNREACHABLE, "VF_REDIS_URL", detail)


async def _without_routers(settings: GatewaySettings) -> list[Finding]:
    """Only CORS needs them, and the last known origins stay in force: a warning."""
    if settings.traefik_api is None:
        return []
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{settings.traefik_api}/api/http/routers?per_page=1000") as answer,
        ):
            answer.raise_for_status()
            hosts_of_routers(await answer.json(), settings.base_domain)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError) as error:
        detail = f"Traefik's routers could not be read ({type(error).__name__}): origins stay as they are"
        return [Finding(UNREACHABLE, "VF_TRAEFIK_API_URL", detail, Severity.WARNING)]
    return []
