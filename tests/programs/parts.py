"""One pytest summary for all parts.

Each Django part has settings of its own, and one process can hold only one of them. So every folder with a
``pytest.ini`` runs as a child session, one or two at a time beside this one, and its reports are replayed here:
counts, failures and durations come out in one summary. A part that crashes or collects nothing is an error.

`make test` loads this with ``-p``, early enough to take the parts' paths out of the arguments.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import debian
import pytest
from part_session import PartSession

_FILTERS = ("keyword", "markexpr")
_CHOSEN = pytest.StashKey[dict[Path, list[str]]]()
_NOTHING_OWN = pytest.StashKey[bool]()
_OK, _FAILED, _COLLECTION_ERRORS, _NOTHING_COLLECTED = 0, 1, 2, 5


def folders_of_parts(root: Path) -> list[Path]:
    """Every part that has a pytest session of its own."""
    return sorted(ini.parent for pattern in ("*/pytest.ini", "*/*/pytest.ini") for ini in root.glob(pattern))


class Parts:
    """The parts of this run."""

    def __init__(self, config: pytest.Config, chosen: dict[Path, list[str]]) -> None:
        self._config = config
        self._folders = folders_of_parts(config.rootpath)
        self._filtered = any(config.getoption(name) for name in _FILTERS)
        self._sessions = [
            PartSession(str(folder.relative_to(config.rootpath)), folder, [*self._options(), *paths])
            for folder, paths in chosen.items()
        ]
        self._waiting = list(self._sessions)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def pytest_sessionstart(self) -> None:
        """Programs, before any session needs one. Without Chromium the browser tests fail and the others run."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if self._config.option.collectonly or not reporter:
            return
        if not chromium.find():
            problem = chromium.install(reporter.write_line)
            if problem:
                reporter.write_line(f"No Chromium, so the browser tests will fail:\n{problem}", red=True, bold=True)
        if not debian.find("nginx"):
            for problem in debian.install("nginx-light", reporter.write_line):
                reporter.write_line(problem, red=True)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        return True if collection_path in self._folders else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        if self._config.option.collectonly:
            return (yield)
        self._session = session
        try:
            self._work_in_background()
            result = yield
            self._work_in_background()
            for part in list(self._sessions):
                self._show(part)
            return result
        finally:
            for part in self._sessions:
                part.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
        result = yield
        if nextitem is not None and nextitem.path != item.path:
            for part in list(self._sessions):
                if part.done.is_set():
                    self._show(part)
        return result

    def _options(self) -> list[str]:
        get = self._config.getoption
        options = ["-o", "tmp_path_retention_policy=failed"]
        options += [f"--maxfail={get('maxfail')}"] if get("maxfail") else []
        options += ["-k", get("keyword")] if get("keyword") else []
        options += ["-m", get("markexpr")] if get("markexpr") else []
        return options

    def _work_in_background(self) -> None:
        """One more worker: one beside this session's own tests, two when they are done."""
        thread = threading.Thread(target=self._work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                part = self._waiting.pop(0)
            part.run()

    def _show(self, part: PartSession) -> None:
        """Replay a part's reports, as they come if it is still running."""
        self._sessions.remove(part)
        try:
            seen = self._replay(part)
        except BaseException:
            self._sessions.append(part)  # so that it is stopped
            raise
        self._check_end(part, seen)

    def _replay(self, part: PartSession) -> dict[str, Any]:
        hook, seen = self._config.hook, {"collected": 0, "errors": 0, "status": None}
        for message in part.messages():
            if message["kind"] == "collected":
                seen["collected"] = message["count"]
                self._session.testscollected += message["count"]
            elif message["kind"] == "finished":
                seen["status"] = message["status"]
            else:
                report = self._report(part, message["report"])
                if message["kind"] == "collect":
                    seen["errors"] += 1
                    hook.pytest_collectreport(report=report)
                else:
                    place = {"nodeid": report.nodeid, "location": report.location}
                    if report.when == "setup":
                        hook.pytest_runtest_logstart(**place)
                    hook.pytest_runtest_logreport(report=report)
                    if report.when == "teardown":
                        hook.pytest_runtest_logfinish(**place)
                self._stop_if_asked()
        return seen

    def _report(self, part: PartSession, data: dict[str, Any]) -> Any:
        data["nodeid"] = f"{part.name}/{data['nodeid']}"
        if data.get("location"):
            path, line, name = data["location"]
            data["location"] = (f"{part.name}/{path}", line, name)
        if isinstance(data.get("longrepr"), list):
            data["longrepr"] = tuple(data["longrepr"])  # where and why a test was skipped; JSON has no tuples
        return self._config.hook.pytest_report_from_serializable(config=self._config, data=data)

    def _check_end(self, part: PartSession, seen: dict[str, Any]) -> None:
        status = seen["status"]
        if status in (_OK, _FAILED) and seen["collected"]:
            return
        if status == _COLLECTION_ERRORS and seen["errors"]:
            return
        if status in (_OK, _NOTHING_COLLECTED) and self._filtered:
            return
        why = "collected no tests" if status == _NOTHING_COLLECTED else f"ended with exit code {part.exit_code}"
        longrepr = f"{part.name}: its pytest {why}\n\n{part.output()}"
        report = pytest.CollectReport(nodeid=part.name, outcome="failed", longrepr=longrepr, result=None)
        self._config.hook.pytest_collectreport(report=report)

    def _stop_if_asked(self) -> None:
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)


def choose(arguments: list[str], folders: list[Path], start: Path) -> tuple[dict[Path, list[str]], list[str]]:
    """Which parts the arguments name, each with the arguments inside it; and the arguments for this session."""
    chosen: dict[Path, list[str]] = {}
    own = []
    for argument in arguments:
        path, _, test = argument.partition("::")
        full = (start / path).resolve()
        part = next((folder for folder in folders if full.is_relative_to(folder)), None)
        if part:
            relative = str(full.relative_to(part))
            chosen.setdefault(part, []).append(f"{relative}::{test}" if test else relative)
        else:
            own.append(argument)
            chosen.update({folder: [] for folder in folders if folder.is_relative_to(full)})
    return chosen, own


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Take the parts' paths out before their conftest files are read: those need settings of their own."""
    folders = folders_of_parts(early_config.rootpath)
    named = list(early_config.known_args_namespace.file_or_dir)
    if not named:
        early_config.stash[_CHOSEN] = {folder: [] for folder in folders}
        return
    chosen, own = choose(named, folders, early_config.invocation_params.dir)
    early_config.stash[_CHOSEN] = chosen
    args[:] = [argument for argument in args if argument not in named or argument in own]
    early_config.known_args_namespace.file_or_dir[:] = own
    early_config.stash[_NOTHING_OWN] = not own


def pytest_configure(config: pytest.Config) -> None:
    if config.stash.get(_NOTHING_OWN, False):
        config.args[:] = []
    if chosen := config.stash.get(_CHOSEN, {}):
        config.pluginmanager.register(Parts(config, chosen), "vf-parts")
