"""Walks the steps, then asks the decider itself for the verdict."""

from dataclasses import dataclass

from vf_edge.identity_headers import USER_ASSERTION, USER_EMAIL
from vf_tokens import TokenError

from ..answer import answers
from ..denials import Denial
from ..request.lines import HeaderLines
from .advice import advice
from .explanation import Explanation, Outcome, Step
from .progress import Progress, StepFailed
from .request_head import Question
from .situation import Situation
from .walk import WAY

REQUEST_ID = "explain"


async def explain(situation: Situation, question: Question, query: str) -> Explanation:
    """Learn what the decision rests on, walk, and decide."""
    steps = await _walk(Progress.start(situation, question.lines, query))
    verdict = _decide(situation, question, query)
    return Explanation(
        subject=question.subject,
        rule=query,
        steps=tuple(steps),
        outcome=verdict.outcome,
        status=verdict.answer.status,
        code=verdict.code,
        reason=verdict.reason,
        headers={name: _shown(name, value) for name, value in verdict.answer.headers.items()},
    )


async def _walk(progress: Progress) -> list[Step]:
    steps: list[Step] = []
    ended = ""
    for name, _ in WAY:
        if ended:
            steps.append(Step(name, Outcome.SKIPPED, ended))
            continue
        await _learn(name, progress)
        steps.append(_take(name, progress))
        if steps[-1].outcome is Outcome.FAILED:
            ended = f"not reached: {name} failed"
        elif name == "credential" and progress.credential is None:
            ended = "does not apply: no credential"
    return steps


async def _learn(name: str, progress: Progress) -> None:
    """Fetch what a step looks at, just before it: a step that is never reached costs no connection."""
    credential = progress.credential if name in ("cross-site", "key", "revocation") else None
    if credential is None:
        return
    if name == "cross-site" and credential.from_cookie and progress.request.origin is not None:
        await progress.situation.learn_origins()
    elif name == "key":
        await progress.situation.learn_keys(credential.token)
    elif name == "revocation":
        await progress.situation.learn_revocations()


def _take(name: str, progress: Progress) -> Step:
    try:
        said = dict(WAY)[name](progress)
    except StepFailed as failure:
        return _failed(name, failure.reason, progress, failure.details)
    except (Denial, TokenError) as error:
        return _failed(name, error, progress, {})
    return Step(name, Outcome.PASSED if said.applies else Outcome.SKIPPED, said.reason, said.details)


def _failed(name: str, reason: Exception, progress: Progress, details: dict[str, str]) -> Step:
    return Step(name, Outcome.FAILED, str(reason), details, advice(name, reason, progress))


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: str
    code: str
    reason: str
    answer: answers.Answer


def _decide(situation: Situation, question: Question, query: str) -> _Verdict:
    """As the serving handler does, for keys that were learned before."""
    headers = None
    try:
        headers = HeaderLines(question.lines)
        verdict = situation.parts.decider.decide(headers, query, situation.now, last_try=True)
    except Denial as denial:
        answer = answers.denied(denial, REQUEST_ID, headers, query, situation.parts.sign_in)
        return _Verdict("redirected" if answer.status == 302 else "denied", denial.code, str(denial), answer)
    outcome = "anonymous" if verdict.token is None else "allowed"
    return _Verdict(outcome, "", "", answers.allowed(verdict, REQUEST_ID))


def _shown(name: str, value: str) -> str:
    """Without the assertion, the e-mail address, and the query of a page, which may hold a secret."""
    if name in (USER_ASSERTION, USER_EMAIL):
        return "(not shown)" if value else value
    return f"{value.partition('%3F')[0]}%3F…" if name == "Location" and "%3F" in value else value
