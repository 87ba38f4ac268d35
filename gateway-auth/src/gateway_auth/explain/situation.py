"""What a decision rests on at this moment: settings, key set, revocations, origins; read once, then only looked at."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vf_runtime import Environment, SettingError
from vf_tokens import ALGORITHMS, AccessPolicy, UnusableKey, generate_pem, parse_key_set

from ..origins.discovery import follow_routers
from ..revocation.connection import connector
from ..revocation.follower import Follower
from ..serve.worker_parts import WorkerParts, build
from ..settings import GatewaySettings, load_settings
from ..tokens.key_source import FixedKeys
from ..tokens.verifier import TrustedIssuer

REDIS_SECONDS = 3.0
"""How long the revocations may take to be read whole."""

ROUTERS_SECONDS = 1.0
"""How long Traefik's API may take to tell its hosts."""


TELLING = ("VF_JWT_ISSUER", "VF_JWT_AUDIENCE", "VF_JWKS_URL", "VF_REDIS_URL")
"""Variables that say which platform is meant. A plain ``explain`` on a developer's machine has none of them, and reads
whatever listens at the defaults."""


@dataclass(slots=True)
class Situation:
    """The parts of a worker that never served, and the moment for which it is asked."""

    parts: WorkerParts
    now: float
    offline: bool
    """Neither Redis nor Traefik is asked, and revocations are left out of the decision."""
    unset: frozenset[str] = frozenset()
    """Of :data:`TELLING`, the variables that are not set: their defaults are a development platform's."""

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


def make_situation(
    jwks: str | None, now: float | None, *, offline: bool, variables: Mapping[str, str] | None = None
) -> Situation:
    """Put the parts together. Raises :class:`SettingError`.

    ``jwks`` (file or address) stands in for ``VF_JWKS_URL``. No assertion leaves this process, so without
    ``VF_ASSERTION_KEY`` a passing one is made.
    """
    environment = dict(os.environ if variables is None else variables)
    is_address = jwks is not None and jwks.startswith(("http://", "https://"))
    if jwks is not None and is_address:
        environment["VF_JWKS_URL"] = jwks
    if jwks is not None:
        environment = {name: value for name, value in environment.items() if not name.startswith("VF_JWT_SECRET")}
    if not environment.get("VF_ASSERTION_KEY") and not environment.get("VF_ASSERTION_KEY_FILE"):
        environment["VF_ASSERTION_KEY"] = generate_pem().decode()
    settings = load_settings(Environment(environment))
    if jwks is not None and not settings.issuer:
        raise SettingError(
            "--jwks stands in for VF_JWKS_URL, but VF_JWT_ISSUER is off: use 'jwks_file' in VF_ISSUERS_FILE"
        )
    parts = build(replace(settings, redis=None, revocation_closed=False) if offline else settings)
    parts.verifier.cache.max_bytes = 0  # each step is shown
    if jwks is not None and not is_address:
        _use_key_file(parts, jwks)
    unset = _unset(environment) - ({"VF_JWKS_URL"} if jwks is not None or settings.shared_secret else set())
    return Situation(
        parts, time.time() if now is None else now, offline, unset - ({"VF_REDIS_URL"} if offline else set())
    )


def _unset(environment: Mapping[str, str]) -> frozenset[str]:
    names = set(TELLING) - (
        {"VF_JWT_ISSUER"} if environment.get("BASE_DOMAIN") else set()
    )  # the issuer follows from it
    return frozenset(name for name in names if not environment.get(name) and not environment.get(f"{name}_FILE"))


def _use_key_file(parts: WorkerParts, path: str) -> None:
    try:
        keys = parse_key_set(Path(path).read_bytes(), [name for name in ALGORITHMS if name != "HS256"])
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
