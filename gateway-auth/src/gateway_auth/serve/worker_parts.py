"""What a worker is made of, put together once from the settings."""

from collections.abc import Callable
from dataclasses import dataclass

from ..answer.sign_in import SignInAddress
from ..answer.wire import RequestIds
from ..decision.decision import Basis
from ..identity.assertions import AssertionMinter
from ..origins import AllowedOrigins, allowed_origins
from ..revocation.state import RevocationGate, RevocationState
from ..settings import GatewaySettings
from ..tokens.issuers import trusted_issuers
from ..tokens.verifier import TokenVerifier
from .handler import VerifyHandler
from .listener import EdgeServer
from .repeats import VerdictCache

_VERDICT_SHARE = 2 / 3
"""Of ``VF_CACHE_MIB``; the rest is for verified tokens."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """The long-lived parts of one worker."""

    settings: GatewaySettings
    verifier: TokenVerifier
    gate: RevocationGate
    minter: AssertionMinter
    origins: AllowedOrigins
    basis: Basis
    sign_in: SignInAddress
    verdicts: VerdictCache
    server: EdgeServer
    forget: Callable[[], None]
    """Nothing decided before may be repeated."""


def build(settings: GatewaySettings) -> WorkerParts:
    """Make the parts. Raises :class:`vf_runtime.SettingError` for a wrong issuers file."""

    def forget() -> None:
        """A key or an origin changed: nothing decided before may be repeated."""
        verifier.cache.clear()
        verdicts.cache.clear()

    token_bytes = int(settings.cache_bytes * (1 - _VERDICT_SHARE))
    verifier = TokenVerifier(trusted_issuers(settings, lambda: forget()), token_bytes)
    gate = RevocationGate(
        RevocationState(),
        closed=settings.revocation_closed and settings.redis is not None,
        max_staleness=settings.revocation_max_staleness,
    )
    ids = RequestIds()
    minter = AssertionMinter(settings.assertion_keys, settings.assertion_lifetime)
    verdicts = VerdictCache(gate, minter, ids, settings.cache_bytes - token_bytes)
    origins = AllowedOrigins(allowed_origins(set(), settings), forget)
    names, bound = settings.cookie_names.credentials, settings.bind_assertion_to_request
    basis = Basis(verifier, gate, minter, origins, names, bound)
    http_port, https_port = settings.public_ports
    sign_in = SignInAddress(
        settings.base_domain, settings.layout == "subdomains", {"http": http_port, "https": https_port}
    )
    server = EdgeServer(VerifyHandler(basis, sign_in, ids, verdicts), verdicts)
    return WorkerParts(settings, verifier, gate, minter, origins, basis, sign_in, verdicts, server, forget)
