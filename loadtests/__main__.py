"""``python -m loadtests``: Locust without its web page, against the local platform, which is started if none is
running.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from runner import Platform, Ports, RunnerError
from runner.instance import Instance
from runner.settings import Settings

from .target import refuse_foreign

FOLDER = Path(__file__).resolve().parent
REPORTS = FOLDER / "reports"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the load test. The exit status is 1 if a limit was exceeded."""
    options = _parse(arguments)
    try:
        with _target(options.target) as (target, public_host):
            return _run(target, public_host, options.people, options.seconds)
    except RunnerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(target: str, public_host: str, people: int, seconds: int) -> int:
    REPORTS.mkdir(exist_ok=True)
    report = REPORTS / time.strftime("load-%Y%m%d-%H%M%S.html")
    print(f"\n{people} users (half as many again in the rush) for {seconds} s at {target}, host {public_host}\n")
    command = [
        *(sys.executable, "-m", "locust", "--headless", "--only-summary", "--loglevel", "WARNING"),
        *("-f", str(FOLDER / "locustfile.py"), "--host", target, "--shape", "day", "--html", str(report)),
    ]
    variables = {"LOAD_PEOPLE": str(people), "LOAD_SECONDS": str(seconds), "LOAD_PUBLIC_HOST": public_host}
    process = subprocess.Popen(command, cwd=FOLDER.parent, env={**os.environ, **variables})
    try:
        status = process.wait()
    except KeyboardInterrupt:
        process.wait()  # Ctrl-C reaches Locust too, which ends with its summary
        raise
    print(f"  report: {os.path.relpath(report)}\n")
    return status


@contextlib.contextmanager
def _target(given: str | None) -> Iterator[tuple[str, str]]:
    """Return the URL to load and the public host: the given ones, else those of the running platform, else of a new
    one.
    """
    settings = Settings.from_environment()
    if given or Instance(settings.state_dir).read():
        address = given or f"http://127.0.0.1:{settings.ports.http}"
        refuse_foreign(address)
        yield address, f"{settings.base_domain}:{settings.ports.http}"
        return
    print("No platform is running. Starting one for this test.")
    with tempfile.TemporaryDirectory(prefix="vf-load-") as folder:
        ports = Ports.free()
        with Platform(ports=ports, state_dir=Path(folder)) as platform:
            yield f"http://127.0.0.1:{ports.http}", f"{platform.settings.base_domain}:{ports.http}"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description="Load with simulated people (loadtests/README.md).")
    parser.add_argument("--people", type=_at_least_one, default=20, help="number of users (default 20)")
    parser.add_argument("--seconds", type=_at_least_one, default=45, help="length of the run (default 45)")
    parser.add_argument("--target", help="a loopback URL such as http://127.0.0.1:8000 (default: the platform's)")
    return parser.parse_args(arguments)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
