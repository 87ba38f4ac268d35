"""What of a decision is counted and logged. One line each; nothing of a credential, and no query of a client."""

import structlog

from ..answer.answers import Answer
from ..decision.decision import Decision
from ..request.lines import HeaderLines
from . import metrics

log = structlog.get_logger(__name__)


def record_allowed(decision: Decision, request_id: str) -> None:
    """Count and log an allowed or anonymous request."""
    token = decision.who
    (metrics.ANONYMOUS if token is None else metrics.ALLOWED).inc()
    identity = None if token is None else token.access.identity
    log.info(
        "allowed" if identity else "anonymous",
        request_id=request_id,
        rule=decision.asked.query,
        user_id=identity.user_id if identity else "",
        session=identity.session_id if identity else "",
    )


def record_denied(decision: Decision, answer: Answer, request_id: str) -> None:
    """Count and log a denial, with its reason, which no client reads."""
    denial, headers = decision.denial, decision.found("headers")
    assert denial is not None  # noqa: S101
    outcome = "redirected" if answer.status == 302 else "denied"
    metrics.DECISIONS.labels(outcome, denial.code).inc()
    log.info(
        outcome,
        request_id=request_id,
        rule=_rule_shown(decision),
        status=answer.status,
        code=denial.code,
        reason=str(denial),
        host=_shown(headers, b"x-forwarded-host"),
        method=_shown(headers, b"x-forwarded-method"),
        path=_shown(headers, b"x-forwarded-uri").partition("?")[0],
    )


def _rule_shown(decision: Decision) -> str:
    """The rule, if it is one: a proxy that appends the client's query sends that here, secrets included."""
    return "[unreadable]" if decision.found("rule") is None else decision.asked.query[:256]


def _shown(headers: HeaderLines | None, name: bytes) -> str:
    """A forwarded value: bounded, and without a query, which may hold a secret."""
    values = headers.every(name) if headers is not None else []
    return values[0][:256].decode("ascii", "backslashreplace") if values else ""
