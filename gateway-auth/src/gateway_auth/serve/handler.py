"""The ordinary way of one request: read, decide, answer, count, log."""

import asyncio
import time
from collections.abc import Callable

import structlog
from aiohttp import web
from aiohttp.web_request import BaseRequest

from ..answer import answers
from ..decision.steps import Decider, Verdict
from ..denials import BadRequest, CannotDecide, Denial
from ..request.lines import HeaderLines
from ..request.rule import parse_rule
from ..tokens.verifier import UnknownIssuerKey
from . import metrics
from .connection import OrdinaryHandler

VERIFY_PATH = "/verify"

DEADLINE_SECONDS = 5.0
"""Far below the 30 s after which Traefik gives up on us (docs/failure-modes.md)."""

log = structlog.get_logger(__name__)


class VerifyHandler:
    """Answers every request that the verdict cache does not."""

    def __init__(self, decider: Decider, sign_in: answers.SignInAddress, next_request_id: Callable[[], str]) -> None:
        self._decider = decider
        self._sign_in = sign_in
        self.next_request_id = next_request_id

    async def __call__(self, request: BaseRequest) -> web.Response:
        """Decide about the original request that ``request`` describes."""
        started = time.perf_counter()
        answer = await self._answer(request)
        metrics.DECIDED_LATENCY.observe(time.perf_counter() - started)
        return web.Response(status=answer.status, headers={**answer.headers, "Server": "vf"}, body=answer.body or None)

    async def _answer(self, request: BaseRequest) -> answers.Answer:
        request_id = self.next_request_id()
        path, _, query = request.raw_path.partition("?")
        headers = None
        try:
            headers = HeaderLines(request.raw_headers)
            if (
                path != VERIFY_PATH or request.method == "CONNECT"
            ):  # any other: nginx and Envoy may ask with the client's
                raise BadRequest("not /verify")
            verdict = await self._decide(headers, query)
        except Denial as denial:
            answer = answers.denied(denial, request_id, headers, query, self._sign_in)
            _record_denial(denial, answer, request_id, headers, query)
            return answer
        _record_allowed(verdict, request_id, query)
        if isinstance(request.protocol, OrdinaryHandler):
            request.protocol.connection.decided(request, verdict)
        return answers.allowed(verdict, request_id)

    async def _decide(self, headers: HeaderLines, query: str) -> Verdict:
        try:
            return self._decider.decide(headers, query, time.time())
        except UnknownIssuerKey as unknown:
            try:
                async with asyncio.timeout(DEADLINE_SECONDS):
                    await unknown.issuer.source.learn()
            except TimeoutError as error:
                raise CannotDecide("the issuer's keys did not come in time") from error
            return self._decider.decide(headers, query, time.time(), last_try=True)


def _record_allowed(verdict: Verdict, request_id: str, query: str) -> None:
    token = verdict.token
    (metrics.ANONYMOUS if token is None else metrics.ALLOWED).inc()
    identity = None if token is None else token.access.identity
    log.info(
        "allowed" if identity else "anonymous",
        request_id=request_id,
        rule=query,
        user_id=identity.user_id if identity else "",
        session=identity.session_id if identity else "",
    )


def _record_denial(
    denial: Denial, answer: answers.Answer, request_id: str, headers: HeaderLines | None, query: str
) -> None:
    outcome = "redirected" if answer.status == 302 else "denied"
    metrics.DECISIONS.labels(outcome, denial.code).inc()
    log.info(
        outcome,
        request_id=request_id,
        rule=_rule_shown(query),
        status=answer.status,
        code=denial.code,
        reason=str(denial),
        host=_shown(headers, b"x-forwarded-host"),
        method=_shown(headers, b"x-forwarded-method"),
        path=_shown(headers, b"x-forwarded-uri").partition("?")[0],
    )


def _rule_shown(query: str) -> str:
    """The rule for the log, if it is one: a proxy that appends the client's query sends that here, secrets included."""
    try:
        parse_rule(query)
    except BadRequest:
        return "[unreadable]"
    return query[:256]


def _shown(headers: HeaderLines | None, name: bytes) -> str:
    """A forwarded value for the log: bounded, and without a query, which may hold a secret."""
    values = headers.every(name) if headers is not None else []
    return values[0][:256].decode("ascii", "backslashreplace") if values else ""
