"""(c) Tokens on first use: the platform's whole verification compared with PyJWT's basic one, on one core."""

import secrets
import statistics
import time
from collections.abc import Callable

import jwt

from gateway_auth.tokens.key_source import FixedKeys
from gateway_auth.tokens.verifier import TokenVerifier, TrustedIssuer
from vf_tokens import ALGORITHMS, KeySet, SigningKey, generate_pem, signing_key_from_pem, signing_key_from_secret
from vf_tokens.access import verify_parsed
from vf_tokens.compact import parse
from vf_tokens.policy import DEFAULT_AUDIENCE

from .. import tokens
from ..context import Context
from ..measurement import Rounds
from ..results import Ratio, Result

TITLE = "First-time tokens on one core: gateway-auth's token rules against bare `jwt.decode` over the same tokens"
TARGET = 0.85
COUNT = 400
"""Distinct tokens in one sample."""

_CACHE_BYTES = 2**30
PYJWT, OURS, SIGNATURE = VARIANTS = ("PyJWT", "gateway-auth", "signature alone")


def run(context: Context) -> Result:
    """Measure each algorithm alternately, in processor time, which other programs hardly affect."""
    result = Result("c", TITLE, ("algorithm", *(f"{name} tokens/s" for name in VARIANTS)))
    for algorithm in ALGORITHMS:
        context.progress(f"{algorithm}: minting")
        rounds = _measure(context, _key(algorithm))
        result.rows.append((algorithm, *(f"{rounds.median(name, lambda rate: rate):,.0f}" for name in VARIANTS)))
        best = statistics.median(rounds.ratios(SIGNATURE, PYJWT, lambda rate: rate))
        result.ratios.append(
            Ratio(
                f"{algorithm} over PyJWT",
                rounds.ratios(OURS, PYJWT, lambda rate: rate),
                TARGET,
                ceiling=f"{best:.2f}: the signature alone, nothing read and nothing checked",
            )
        )
        result.others += rounds.others
    result.notes.append(
        "processor time; ours also refuses what PyJWT accepts, finds the issuer and remembers the token"
    )
    return result


def _measure(context: Context, key: SigningKey) -> Rounds[float]:
    people = [tokens.mint(key, number) for number in range(COUNT)]
    raw = [token.encode() for token in people]
    public = key.verification_key().key
    options = {"algorithms": [key.algorithm], "audience": DEFAULT_AUDIENCE, "issuer": tokens.ISSUER}

    def bare() -> None:
        for token in people:
            jwt.decode(token, public, **options)

    def ours() -> None:
        issuer = TrustedIssuer(tokens.POLICY, FixedKeys(KeySet([key.verification_key()])))
        verifier = TokenVerifier([issuer], _CACHE_BYTES)
        for token in raw:  # the work of the steps from "token form" to "claims" (gateway_auth.decision.steps)
            read = parse(token)
            trusted = verifier.issuer_of(read)
            access = verify_parsed(read, trusted.source.keys, trusted.policy, time.time())
            verifier.keep(token, access, trusted)

    parsed = [parse(token) for token in raw]
    checker = key.verification_key()

    def signature() -> None:
        for token in parsed:
            checker.verify(token.signing_input, token.signature)

    with context.stage() as stage:
        variants = {PYJWT: lambda: _rate(bare), OURS: lambda: _rate(ours), SIGNATURE: lambda: _rate(signature)}
        return context.measure(stage, variants)


def _rate(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return COUNT / (time.process_time() - started)


def _key(algorithm: str) -> SigningKey:
    if algorithm == "HS256":
        return signing_key_from_secret(secrets.token_urlsafe(48))
    return signing_key_from_pem(generate_pem(algorithm))
