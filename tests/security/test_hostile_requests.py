"""Every row of the shared tables, through the real Traefik to the real services; also over TLS where
that may differ.
"""

from collections import Counter
from dataclasses import replace

import pytest

from runner import Platform
from tests.security.attack.case import Case
from tests.security.attack.situation import Situation
from tests.security.attack.tables import CASES
from tests.security.attack.wire import Endpoint


def name(case: Case) -> str:
    return f"row {case.row}: {ascii(case.words)[1:-1][:110]}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_gets_the_answer_that_it_must_get(case: Case, situation: Situation) -> None:
    reply = case.send(situation)
    assert case.fault(reply, situation) == "", reply.whole[:2000]


@pytest.mark.parametrize("case", [case for case in CASES if case.row in (1, 4)], ids=name)
def test_gets_the_same_answer_over_tls(case: Case, situation: Situation, platform: Platform) -> None:
    port = platform.settings.ports.https
    secure = replace(
        situation,
        endpoint=Endpoint("127.0.0.1", port, situation.base_domain),
        authority=f"{situation.base_domain}:{port}",
    )
    reply = case.send(secure)
    assert case.fault(reply, secure) == "", reply.whole[:2000]


def test_no_two_cases_say_the_same() -> None:
    twice = [words for words, times in Counter((case.row, case.words) for case in CASES).items() if times > 1]
    assert twice == []
