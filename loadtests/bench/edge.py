"""gateway-auth as deployed, with its dependencies: a key set to fetch and a Valkey to follow."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass

from redis import Redis
from runner import binaries
from vf_tokens import SigningKey, generate_pem, key_set_document, signing_key_from_pem

from . import tokens
from .errors import BenchmarkError
from .processes import LOOPBACK, Server, Stage, free_port, listens, python

AUDIENCE = "billing"
VERIFY = f"/verify?audience={AUDIENCE}&mode=required&login=never"


def asked(credential: Mapping[str, str]) -> dict[str, str]:
    """Return the request that Traefik 3.7 sends to the gateway, with headers in the order in which Go writes them."""
    return {
        "Host": "127.0.0.1:8105",
        "User-Agent": "Go-http-client/1.1",
        "Accept": "application/json",
        **credential,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": "vfservices.localhost:8443",
        "X-Forwarded-Method": "GET",
        "X-Forwarded-Port": "8443",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Uri": "/api/billing/summary/",
        "Accept-Encoding": "gzip",
    }


@dataclass(frozen=True, slots=True)
class Edge:
    """A running gateway and the key whose tokens it accepts."""

    server: Server
    port: int
    internal_port: int
    redis_port: int
    keys_url: str
    """Where its key set is served."""
    pem: bytes
    key: SigningKey

    def bearer(self, number: int = 1) -> dict[str, str]:
        """Return the Authorization header of user ``number``."""
        return {"Authorization": f"Bearer {tokens.mint(self.key, number)}"}

    def url(self) -> str:
        """Return the URL for Traefik's requests."""
        return f"http://{LOOPBACK}:{self.port}{VERIFY}"


def start(stage: Stage, *, workers: int = 1, environment: Mapping[str, str] | None = None) -> Edge:
    """Start the gateway and wait until it is ready, with complete revocation data."""
    pem = generate_pem()
    key = signing_key_from_pem(pem)
    redis_port = start_valkey(stage)
    keys_url = f"http://{LOOPBACK}:{_publish(stage, key)}/jwks.json"
    (stage.folder / "assertion.pem").write_bytes(generate_pem())
    port, internal_port = free_port(), free_port()
    server = stage.start(
        "gateway-auth",
        python("-m", "gateway_auth", "serve"),
        ready=lambda: answers(internal_port, "/readyz"),
        environment={
            "VF_GATEWAY_BIND": f"{LOOPBACK}:{port}",
            "VF_GATEWAY_INTERNAL_BIND": f"{LOOPBACK}:{internal_port}",
            "VF_JWKS_URL": keys_url,
            "VF_JWT_ISSUER": tokens.ISSUER,
            "VF_ASSERTION_KEY_FILE": str(stage.folder / "assertion.pem"),
            "VF_REDIS_URL": f"redis://{LOOPBACK}:{redis_port}",
            "VF_TRAEFIK_API_URL": "",
            "VF_WORKERS": str(workers),
            "VF_LOG_LEVEL": "WARNING",
            **(environment or {}),
        },
    )
    return Edge(server, port, internal_port, redis_port, keys_url, pem, key)


def start_valkey(stage: Stage) -> int:
    """Start an empty Valkey whose (empty) stream of revocations is marked as complete. Return its port."""
    port = free_port()
    command = [binaries.valkey(), "--port", str(port), "--bind", LOOPBACK, "--save", "", "--dir", stage.folder]
    stage.start("valkey", command, ready=listens(port))
    with connect_valkey(port) as redis:
        redis.set("vf:revocations:epoch", f"benchmark@{redis.info('server')['run_id']}")
    return port


def connect_valkey(port: int) -> Redis:
    """Return a connection to the scenario's Valkey."""
    return Redis(host=LOOPBACK, port=port)


def identity_answer(edge: Edge) -> dict[str, str]:
    """Return the gateway's headers for a valid request, which a stub must send to be comparable."""
    connection = http.client.HTTPConnection(LOOPBACK, edge.port, timeout=5)
    connection.request("GET", VERIFY, headers=asked(edge.bearer()))
    answer = connection.getresponse()
    headers = {name: value for name, value in answer.getheaders() if name.startswith("X-")}
    connection.close()
    if answer.status != 200 or not headers.get("X-User-Id"):
        raise BenchmarkError(f"the gateway returned {answer.status} for a valid token; its log is {edge.server.log}")
    return headers


def answers(port: int, path: str, *, host: str = LOOPBACK) -> bool:
    """Return True if ``GET path`` returns 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _publish(stage: Stage, key: SigningKey) -> int:
    port = free_port()
    folder = stage.folder / "keys"
    folder.mkdir()
    (folder / "jwks.json").write_text(json.dumps(key_set_document([key])), encoding="utf-8")
    command = python("-m", "http.server", str(port), "--bind", LOOPBACK, "--directory", str(folder))
    stage.start("keys", command, ready=lambda: answers(port, "/jwks.json"))
    return port
