import node
import pytest


@pytest.fixture(scope="session", autouse=True)
def tools() -> None:
    """Install the tools. Without Node.js, every test fails and says why."""
    problems = node.install() if node.is_there() else [node.MISSING]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
