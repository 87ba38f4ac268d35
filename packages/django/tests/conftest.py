from collections.abc import Callable

import pytest
import structlog

from vf_django import verifiers


@pytest.fixture(autouse=True)
def fresh_verifiers():
    """No test inherits the keys that another one trusted."""
    verifiers.edge_verifier.cache_clear()
    verifiers.direct_verifier.cache_clear()


@pytest.fixture
def log_lines() -> Callable[[], str]:
    """Everything that was logged in this test, as one text."""
    with structlog.testing.capture_logs() as events:
        yield lambda: "\n".join(map(str, events))
