"""Inside a part's own pytest: sends every report to the session that started it (see parts.py)."""

import json
import os
from typing import Any, TextIO

import pytest

DESCRIPTOR = "VF_PART_REPORTS"
"""Names the pipe: one JSON object a line, each with its ``kind``."""


class Reports:
    """Writes what happens, as pytest-xdist's workers do."""

    def __init__(self, config: pytest.Config, pipe: TextIO) -> None:
        self._config = config
        self._pipe = pipe

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._send("collected", count=len(session.items))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._send("test", report=self._config.hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
            self._send("collect", report={**data, "result": None})

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._send("finished", status=int(exitstatus))
        self._pipe.close()

    def _send(self, kind: str, **members: Any) -> None:
        if not self._pipe.closed:
            self._pipe.write(json.dumps({"kind": kind, **members}, default=str) + "\n")
            self._pipe.flush()


def pytest_configure(config: pytest.Config) -> None:
    pipe = os.fdopen(int(os.environ.pop(DESCRIPTOR)), "w", encoding="utf-8")
    config.pluginmanager.register(Reports(config, pipe), "vf-part-reports")
