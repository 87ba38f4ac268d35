"""(f) A Django service that accepts the gateway's identity, compared with one that verifies the token and loads the
user.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vf_edge import identity_headers
from vf_tokens import SigningKey, assertion, generate_pem, key_set_document, signing_key_from_pem

from .. import tokens, wrk
from ..context import Context
from ..errors import BenchmarkError
from ..processes import LOOPBACK, Server, Stage, free_port, listens, python
from ..results import Ratio, Result

TITLE = "A Django REST service with the edge's identity, against the same verifying the JWT and loading the user"
TARGET = 2.0
PEOPLE = 200
CONNECTIONS = 16
HEADERS = {"Host": "127.0.0.1", "Accept": "application/json"}
EDGE, OWN = "identity from the edge", "verifies the token, loads the user"
_PACKAGE = "loadtests.bench.django_service"
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Sample:
    """A run of wrk and the CPU time that the service used."""

    load: wrk.Load
    cpu_microseconds: float


def run(context: Context) -> Result:
    """Measure both alternately, each for one second."""
    context = context.finer(3)
    edge_key, token_key = (signing_key_from_pem(generate_pem()) for _ in range(2))
    (context.folder / "edge.json").write_text(json.dumps(key_set_document([edge_key])), encoding="utf-8")
    public = token_key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (context.folder / "token-key.pem").write_bytes(public)
    context.progress("making the service's database")
    _fill_database(context.folder)
    with context.stage() as stage:
        services = {EDGE: _start(stage, "edge"), OWN: _start(stage, "own")}
        keys = {EDGE: edge_key, OWN: token_key}

        def sample(name: str) -> Sample:
            (server, port), people = services[name], context.folder / f"{name}.people"
            people.write_text("\n".join(_headers(name, keys[name], number) for number in range(PEOPLE)))
            url = f"http://{LOOPBACK}:{port}/whoami/"
            wrk.visit_all(url, HEADERS, people, connections=CONNECTIONS)
            before = server.cpu_seconds()
            load = wrk.run(url, HEADERS, context.seconds, connections=CONNECTIONS, people=people)
            return Sample(load, (server.cpu_seconds() - before) / load.requests * 1e6)

        rounds = context.measure(stage, {EDGE: lambda: sample(EDGE), OWN: lambda: sample(OWN)})
    result = Result("f", TITLE, ("service", "requests/s", "p50 ms", "p99 ms", "CPU µs/request"), others=rounds.others)
    for name in (EDGE, OWN):
        figures = [
            rounds.median(name, lambda s: s.load.per_second),
            rounds.median(name, lambda s: s.load.p50),
            rounds.median(name, lambda s: s.load.p99),
            rounds.median(name, lambda s: s.cpu_microseconds),
        ]
        result.rows.append((name, f"{figures[0]:,.0f}", *(f"{figure:.1f}" for figure in figures[1:])))
    ratios = rounds.ratios(EDGE, OWN, lambda s: s.load.per_second)
    result.ratios.append(Ratio("requests/s over verifying itself", ratios, TARGET))
    result.notes.append(f"{PEOPLE} people in turn; one gunicorn process with 8 threads; SQLite, connection kept open")
    return result


def _headers(name: str, key: SigningKey, number: int) -> str:
    """Return one user's line for people.lua."""
    if name == OWN:
        return f"Authorization: Bearer {tokens.mint(key, number)}"
    identity = tokens.identity(number)
    proof = assertion.mint(key, identity, audience="billing", issued_at=tokens.now())
    return "\t".join(f"{field}: {value}" for field, value in identity_headers.encode(identity, proof).items())


def _environment(folder: Path, identity: str) -> dict[str, str]:
    return {
        "BENCH_FOLDER": str(folder),
        "BENCH_IDENTITY": identity,
        "DJANGO_SETTINGS_MODULE": f"{_PACKAGE}.settings",
        "PYTHONPATH": str(_ROOT),
    }


def _fill_database(folder: Path) -> None:
    command = python("-m", f"{_PACKAGE}.people", str(PEOPLE))
    done = subprocess.run(command, env=_environment(folder, "own"), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"the service's database could not be created:\n{done.stderr}")


def _start(stage: Stage, identity: str) -> tuple[Server, int]:
    port = free_port()
    server = stage.start(
        f"service-{identity}",
        python("-m", "gunicorn", "-c", "python:vf_service.gunicorn_conf", f"{_PACKAGE}.wsgi:application"),
        ready=listens(port),
        environment={**_environment(stage.folder, identity), "VF_BIND": f"{LOOPBACK}:{port}"},
    )
    return server, port
