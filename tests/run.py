"""Runs the tests of all parts: `make test`, with ARGS="paths and options of pytest".

Each part with a ``pytest.ini`` needs a separate process, because a process supports only one Django settings module. So
this starts one pytest per part, two at a time, the longest first. The end-to-end tests are two parts, each with its own
platform, so that both cores are busy to the end. The tests of a part with migrations run on SQLite, and again on
PostgreSQL (``on_postgresql.py``). The last line contains the counts.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

AT_A_TIME = 2
APART = "tests/security"
"""A folder of the end-to-end tests that takes as long as the others together."""
LONGEST_FIRST = ("tests", APART, "website", "gateway-auth", "services/identity-provider")
"""The other parts follow, in alphabetical order."""
ON_POSTGRESQL = " on PostgreSQL"
PATIENCE_SECONDS = 20.0
"""Seconds for an interrupted pytest to stop the servers that its tests started."""
OK, NOTHING_COLLECTED, USAGE, INTERRUPTED = 0, 5, 4, 130
_DETAILS = re.compile(r"^\S*=+ (?:ERRORS|FAILURES) =+", re.MULTILINE)
_LAST_LINES = 40


@dataclass(frozen=True)
class Part:
    """A folder with its own tests."""

    name: str
    folder: Path
    """Working directory of its pytest."""
    paths: tuple[str, ...] = ()
    """Only these paths, relative to the folder."""
    without: tuple[str, ...] = ()
    """Not these folders, which are parts of their own."""
    command: tuple[str, ...] = ("-m", "pytest")
    """Arguments of Python that start pytest."""


@dataclass
class Run:
    """A pytest process of a part."""

    part: Part
    process: subprocess.Popen[bytes]
    output: Path | None
    """None while it writes directly to the terminal."""
    report: Path
    started: float

    def text(self) -> str:
        """Return the output."""
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output else ""

    def counts(self) -> Counter[str]:
        """Return the number of tests by outcome. Empty if there is no report, as after a crash."""
        try:
            cases = ElementTree.parse(self.report).iter("testcase")
        except (OSError, ElementTree.ParseError):
            return Counter()
        return Counter(_outcome({child.tag for child in case}) for case in cases)

    def fault(self, *, may_be_empty: bool) -> str:
        """Return why the part fails, apart from failed tests. Empty if nothing is wrong."""
        code = self.process.returncode
        if code == NOTHING_COLLECTED:
            return "" if may_be_empty else "collected no tests"
        if self.report.exists() and (code == OK or self.counts()["failed"]):
            return ""
        return f"ended with exit code {code}" + ("" if self.report.exists() else " and without a report")


def _outcome(tags: set[str]) -> str:
    if tags & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in tags else "passed"


def parts_of(root: Path) -> list[Part]:
    """Return the end-to-end tests, then their folder apart and every folder with a ``pytest.ini``, longest first."""
    folders = [ini.parent for pattern in ("*/pytest.ini", "*/*/pytest.ini") for ini in root.glob(pattern)]
    apart = [APART] if (root / APART).is_dir() else []
    names = sorted([*apart, *(str(folder.relative_to(root)) for folder in folders)])
    names.sort(key=lambda name: LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST))
    parts = [Part("tests", root, without=tuple(apart))]
    for name in names:
        part = Part(name, root / name)
        parts.append(part)
        if any(part.folder.glob("*/**/migrations")):
            on_postgresql = (str(root / "tests" / "on_postgresql.py"),)
            parts.append(replace(part, name=name + ON_POSTGRESQL, command=on_postgresql))
    return parts


def choose(parts: Sequence[Part], words: Sequence[str], start: Path) -> list[Part]:
    """Return the parts that the paths name, each with the paths inside it; all parts without a path."""
    if not words:
        return list(parts)
    crossing, *others = parts
    chosen: dict[Part, list[str]] = {}
    for word in words:
        path, colons, test = word.partition("::")
        full = (start / path).resolve()
        around = [part for part in others if full.is_relative_to(part.folder)]
        inside = max(around, key=lambda part: len(part.folder.parts), default=None)  # website/clients is in website
        below = [part for part in others if part is not inside and part.folder.is_relative_to(full)]
        if inside:
            chosen.setdefault(inside, []).append(os.path.relpath(full, inside.folder) + colons + test)
        elif (crossing.folder / "tests").is_relative_to(full):
            chosen.setdefault(crossing, []).append(_WHOLE)
        elif not below:
            chosen.setdefault(crossing, []).append(os.path.relpath(full, crossing.folder) + colons + test)
        for part in below:
            chosen.setdefault(part, []).append(_WHOLE)
    return [replace(part, paths=_without_whole(chosen[part])) for part in parts if part in chosen]


_WHOLE = "."
"""The part's own folder. Its ``testpaths`` then decide what to run."""


def _without_whole(paths: Sequence[str]) -> tuple[str, ...]:
    return () if _WHOLE in paths else tuple(paths)


def paths_and_options(words: Sequence[str], start: Path) -> tuple[list[str], list[str]]:
    """Return existing paths, and the options for every pytest. Write an option's value as ``--option=value``."""
    paths = [word for word in words if not word.startswith("-") and (start / word.partition("::")[0]).exists()]
    return paths, [word for word in words if word not in paths]


class Loop:
    """The loop that runs two parts at a time, until all are done."""

    def __init__(self, parts: Sequence[Part], options: Sequence[str], *, filtered: bool, stop_early: bool) -> None:
        self._waiting = list(parts)
        self._running: list[Run] = []
        self._alone = len(parts) == 1
        self._options = options
        self._filtered = filtered
        self._stop_early = stop_early
        self._counts: Counter[str] = Counter()
        self._failed: list[tuple[Run, str]] = []

    def run(self, folder: Path) -> int:
        """Run the parts with output and reports in ``folder``; return the exit status."""
        try:
            while self._waiting or self._running:
                while self._waiting and len(self._running) < AT_A_TIME:
                    self._running.append(self._start(self._waiting.pop(0), folder))
                for run in [run for run in self._running if run.process.poll() is not None]:
                    self._running.remove(run)
                    self._end(run)
                if self._failed and self._stop_early:
                    break
                time.sleep(0.05)
        except KeyboardInterrupt:
            print("\nInterrupted. Stopping the tests.", flush=True)
            return INTERRUPTED
        finally:
            stop(self._running)
        return self._summarize()

    def _start(self, part: Part, folder: Path) -> Run:
        name = part.name.replace("/", "-").replace(" ", "-")
        output, report = None if self._alone else folder / f"{name}.log", folder / f"{name}.xml"
        without = [f"--ignore={path}" for path in part.without]
        command = [sys.executable, *part.command, *self._options, *part.paths, *without, f"--junitxml={report}"]
        # In a separate session, so that Ctrl-C reaches it only through this program, and its processes can be killed
        # together.
        if output is None:
            process = subprocess.Popen(command, cwd=part.folder, start_new_session=True)
        else:
            with output.open("wb") as file:
                process = subprocess.Popen(
                    command,
                    cwd=part.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            print(f"{part.name}: running ({output})", flush=True)
        return Run(part, process, output, report, time.monotonic())

    def _end(self, run: Run) -> None:
        counts, fault = run.counts(), run.fault(may_be_empty=self._filtered)
        if not self._alone:
            _head(run.part.name)
            print(run.text(), end="")
            print(f"{run.part.name}: {time.monotonic() - run.started:.0f} s", flush=True)
        if fault:
            counts["failed"] += 1
        if counts["failed"]:
            self._failed.append((run, fault))
        self._counts += counts

    def _summarize(self) -> int:
        for run, fault in self._failed:
            if not self._alone:
                _head(f"{run.part.name} failed")
                print(details(run.text(), run.part))
            if fault:
                print(f"{run.part.name}: its pytest {fault}")
        if self._waiting or self._running:
            names = [part.name for part in (*(run.part for run in self._running), *self._waiting)]
            print(f"\nStopped after the first failure. Not finished: {', '.join(names)}")
        if not self._counts:
            print("\nNo test was selected.")
        print(f"\n{closing_line(self._counts)}", flush=True)
        return 1 if self._failed or not self._counts else 0


def closing_line(counts: Counter[str]) -> str:
    """Return the line that continuous integration reads. A test with an error counts as failed."""
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def details(text: str, part: Part) -> str:
    """Return the end of a part's output: from its first error on, or the last lines. Paths are relative to the root."""
    found = _DETAILS.search(text)
    end = text[found.start() :] if found else "\n".join(text.splitlines()[-_LAST_LINES:])
    if part.name != "tests":
        folder = part.name.removesuffix(ON_POSTGRESQL)
        end = re.sub(r"^(\S*(?:FAILED|ERROR)\S* )(?=\S+\.py\b)", rf"\g<1>{folder}/", end, flags=re.MULTILINE)
    return end.rstrip()


def stop(runs: Sequence[Run]) -> None:
    """Stop each pytest, first with SIGINT like Ctrl-C, then kill what remains of it."""
    for run in runs:
        with suppress(ProcessLookupError):
            run.process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    for run in runs:
        with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            run.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(run.process.pid, signal.SIGKILL)
        run.process.wait()


def _head(text: str) -> None:
    line = f" {text} ".center(100, "#")
    print(f"\n\x1b[1m{line}\x1b[0m" if sys.stdout.isatty() else f"\n{line}", flush=True)


def main(arguments: Sequence[str], root: Path) -> int:
    """Run what the arguments select; return the exit status."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-k", default="")
    parser.add_argument("-m", default="")
    parser.add_argument("-x", "--exitfirst", action="store_true")
    known, rest = parser.parse_known_args(arguments)
    paths, options = paths_and_options(rest, root)
    missing = [word for word in options if re.match(r"[^-].*(/|\.py\b)", word)]
    if missing:
        print(f"There is no {missing[0]}.", file=sys.stderr)
        return USAGE
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        options = ["--color=yes", *options]
    options = ["-o", "tmp_path_retention_policy=failed", *options]  # a successful run leaves no files
    options += ["-k", known.k] if known.k else []
    options += ["-m", known.m] if known.m else []
    options += ["-x"] if known.exitfirst else []
    loop = Loop(
        choose(parts_of(root), paths, root),
        options,
        filtered=bool(known.k or known.m),
        stop_early=known.exitfirst,
    )
    with tempfile.TemporaryDirectory(prefix="vf-tests-") as folder:
        return loop.run(Path(folder))


if __name__ == "__main__":
    # Set even if the shell ignores SIGINT for background jobs: otherwise the child processes would inherit that and
    # never stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:], Path.cwd()))
