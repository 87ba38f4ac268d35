"""What a decision rests on at this moment: settings, key sets, revocations and origins."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vf_runtime import Environment, SettingError
from vf_tokens import AccessPolicy, UnusableKey, generate_pem, parse_key_set
from vf_tokens.issuer_table import PUBLISHED_ALGORITHMS

from ..origins import follow_routers
from ..revocation.connection import connector
from ..revocation.follower import Follower
from ..serve.worker_parts import WorkerParts, build
from ..settings import GatewaySettings, load_settings
from ..tokens.key_source import FixedKeys
from ..tokens.verifier import TrustedIssuer

REDIS_SECONDS = 3.0
"""How long reading all revocations may take."""

ROUTERS_SECONDS = 1.0
"""How long Traefik's API may take."""

_TELLING = ("VF_JWT_ISSUER", "VF_JWT_AUDIENCE", "VF_JWKS_URL", "VF_REDIS_URL")
"""Variables that say which platform is meant. If none is set, as on a developer's machine, ``explain`` reads whatever
listens at the defaults."""


@dataclass(slots=True)
class Situation:
    """The parts of a worker that never served, and the moment for which it is asked."""

    parts: WorkerParts
    now: float
    offline: bool
    """Neither Redis nor Traefik is asked, and revocations are left out of the decision."""
    unset: frozenset[str] = frozenset()
    """Of :data:`_TELLING`, the variables that are not set: their defaults are a development platform's."""

    @property
    def settings(self) -> GatewaySettings:
        """The settings in force."""
        return self.parts.settings

    def is_default_audience(self, policy: AccessPolicy) -> bool:
        """True if nobody has chosen the audience of the built-in issuer."""
        return policy.issuer == self.settings.issuer and "VF_JWT_AUDIENCE" in self.unset

    def reads_default_keys(self, issuer: TrustedIssuer) -> bool:
        """True if its key set is whatever listens at the development default, perhaps another platform."""
        return issuer.policy.issuer == self.settings.issuer and "VF_JWKS_URL" in self.unset

    async def learn_revocations(self) -> None:
        """Read the stream of revocations whole, as a starting worker does."""
        if self.settings.redis is None or self.offline:
            return
        state = self.parts.gate.state
        follower = Follower(state, connector(self.settings.redis), lambda _lag: None)
        await _run_until(follower.run(), lambda: state.fresh_at is not None, REDIS_SECONDS)

    async def learn_origins(self) -> None:
        """Ask Traefik for its hosts, which are origins too."""
        if self.settings.traefik_api is None or self.offline:
            return
        origins = self.parts.origins
        before = origins.current
        await _run_until(follow_routers(origins, self.settings), lambda: origins.current != before, ROUTERS_SECONDS)


def make_situation(jwks: str | None, now: float | None, *, offline: bool) -> Situation:
    """Put the parts together. Raises :class:`SettingError`.

    ``jwks`` (file or URL) replaces ``VF_JWKS_URL``. No assertion leaves this process, so without
    ``VF_ASSERTION_KEY`` a temporary key is generated.
    """
    environment = dict(os.environ)
    is_file = jwks is not None and not jwks.startswith(("http://", "https://"))
    if jwks is not None:
        environment = {name: value for name, value in environment.items() if not name.startswith("VF_JWT_SECRET")}
        if not is_file:
            environment["VF_JWKS_URL"] = jwks
    if not _is_set(environment, "VF_ASSERTION_KEY"):
        environment["VF_ASSERTION_KEY"] = generate_pem().decode()
    settings = load_settings(Environment(environment))
    if jwks is not None and not settings.issuer:
        raise SettingError(
            "--jwks stands in for VF_JWKS_URL, but VF_JWT_ISSUER is off: use 'jwks_file' in VF_ISSUERS_FILE"
        )
    parts = build(replace(settings, redis=None, revocation_closed=False) if offline else settings)
    parts.verifier.cache.max_bytes = 0  # each step is shown
    if jwks is not None and is_file:
        _use_key_file(parts, jwks)
    unset = {name for name in _TELLING if not _is_set(environment, name)}
    if environment.get("BASE_DOMAIN"):
        unset.discard("VF_JWT_ISSUER")  # the issuer follows from it
    if jwks is not None or settings.shared_secret:
        unset.discard("VF_JWKS_URL")
    if offline:
        unset.discard("VF_REDIS_URL")
    return Situation(parts, time.time() if now is None else now, offline, frozenset(unset))


def _is_set(environment: Mapping[str, str], name: str) -> bool:
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def _use_key_file(parts: WorkerParts, path: str) -> None:
    try:
        keys = parse_key_set(Path(path).read_bytes(), PUBLISHED_ALGORITHMS)
    except (OSError, UnusableKey) as error:
        raise SettingError(f"--jwks is {path!r}: it must be a readable JWK Set file ({error})") from error
    own = parts.settings.issuer
    parts.verifier.issuers[own] = replace(parts.verifier.issuers[own], source=FixedKeys(keys))


async def _run_until(job: Coroutine[None, None, None], is_done: Callable[[], bool], seconds: float) -> None:
    """Run a worker's endless background job just long enough."""
    task = asyncio.create_task(job)
    until = time.monotonic() + seconds
    while not (is_done() or task.done() or time.monotonic() > until):  # noqa: ASYNC110  the jobs signal nothing
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
