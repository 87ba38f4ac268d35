"""Other programs that verify access tokens for a proxy, set up for the same tokens and the same key set.

None of them is installed by this repository: ``PEERS`` names a folder with their binaries.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vf_tokens.policy import DEFAULT_AUDIENCE

from . import tokens
from .processes import LOOPBACK, Server, Stage, free_port, listens

FOLDER_VARIABLE = "PEERS"
ONE_CORE = {"GOMAXPROCS": "1"}
"""Go runs on all cores unless this is set; one gateway worker has one."""

Command = Callable[[Path, Path, int, str], list[str | Path]]
"""Binary, folder for files, port and the URL of the key set; the command that starts the peer."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare with."""

    name: str
    """Also the file name of its binary."""
    source: str
    """Where its source code is."""
    prefix: str
    """What stands before the path and query with which the proxy asks gateway-auth."""
    command: Command


def _oauth2_proxy(binary: Path, _folder: Path, port: int, keys: str) -> list[str | Path]:
    return [
        binary,
        f"--http-address={LOOPBACK}:{port}",
        "--provider=oidc",
        f"--oidc-issuer-url={tokens.ISSUER}",
        "--skip-oidc-discovery",
        f"--oidc-jwks-url={keys}",
        f"--login-url={tokens.ISSUER}/login",
        f"--redeem-url={tokens.ISSUER}/token",
        "--oidc-enabled-signing-alg=ES256",
        f"--client-id={DEFAULT_AUDIENCE}",
        "--client-secret=not-used-here",
        f"--cookie-secret={os.urandom(16).hex()}",
        "--email-domain=*",
        "--skip-jwt-bearer-tokens",
        "--set-xauthrequest",
        "--reverse-proxy",
        f"--trusted-proxy-ip={LOOPBACK}",
        "--upstream=static://200",
        "--request-logging=false",
        "--auth-logging=false",
        "--standard-logging=false",
    ]


def _oathkeeper(binary: Path, folder: Path, port: int, keys: str) -> list[str | Path]:
    rule = {
        "id": "all",
        "match": {"url": "<.*>", "methods": ["GET"]},
        "authenticators": [{"handler": "jwt"}],
        "authorizer": {"handler": "allow"},
        "mutators": [{"handler": "header"}],
    }
    (folder / "rules.json").write_text(json.dumps([rule]), encoding="utf-8")
    jwt = {
        "jwks_urls": [keys],
        "target_audience": [DEFAULT_AUDIENCE],
        "trusted_issuers": [tokens.ISSUER],
        "allowed_algorithms": ["ES256"],
    }
    configuration = {
        "log": {"level": "fatal"},
        "serve": {
            "api": {"host": LOOPBACK, "port": port},
            "proxy": {"host": LOOPBACK, "port": free_port()},
            "prometheus": {"host": LOOPBACK, "port": free_port()},
        },
        "access_rules": {"matching_strategy": "regexp", "repositories": [f"file://{folder / 'rules.json'}"]},
        "authenticators": {"jwt": {"enabled": True, "config": jwt}},
        "authorizers": {"allow": {"enabled": True}},
        "mutators": {"header": {"enabled": True, "config": {"headers": {"X-User-Id": "{{ print .Subject }}"}}}},
        "errors": {"fallback": ["json"], "handlers": {"json": {"enabled": True}}},
    }
    return [binary, "serve", "--config", _write(folder / "oathkeeper.json", configuration), "--sqa-opt-out"]


def _heimdall(binary: Path, folder: Path, port: int, keys: str) -> list[str | Path]:
    jwt = {
        "jwks_endpoint": {"url": keys},
        "assertions": {
            "issuers": [tokens.ISSUER],
            "audience": [DEFAULT_AUDIENCE],
            "allowed_algorithms": ["ES256"],
        },
    }
    configuration = {
        "log": {"level": "error"},
        "tracing": {"enabled": False},
        "metrics": {"enabled": False},
        "serve": {"host": LOOPBACK, "port": port, "trusted_proxies": [f"{LOOPBACK}/32"]},
        "management": {"host": LOOPBACK, "port": free_port()},
        "mechanisms": {
            "authenticators": [{"id": "token", "type": "jwt", "config": jwt}],
            "finalizers": [
                {"id": "identity", "type": "header", "config": {"headers": {"X-User-Id": "{{ .Subject.ID }}"}}}
            ],
        },
        "default_rule": {"execute": [{"authenticator": "token"}, {"finalizer": "identity"}]},
    }
    file = _write(folder / "heimdall.yaml", configuration)
    return [binary, "serve", "decision", "--config", file, "--insecure"]


ALL = (
    Peer("oauth2-proxy", "https://github.com/oauth2-proxy/oauth2-proxy", "/oauth2/auth?", _oauth2_proxy),
    Peer("oathkeeper", "https://github.com/ory/oathkeeper", "/decisions", _oathkeeper),
    Peer("heimdall", "https://github.com/dadrus/heimdall", "", _heimdall),
)


def find(environment: Mapping[str, str]) -> tuple[dict[str, Path], list[str]]:
    """The binaries that ``PEERS`` gives, by the peer's name; and for each missing one, what is missing and its cure."""
    folder = environment.get(FOLDER_VARIABLE, "")
    found, missing = {}, []
    for peer in ALL:
        binary = Path(folder).resolve() / peer.name
        if folder and os.access(binary, os.X_OK) and binary.is_file():
            found[peer.name] = binary
            continue
        why = f"{folder} has no program {peer.name}" if folder else f"{FOLDER_VARIABLE} is not set"
        missing.append(
            f"NOT COMPARED with {peer.name}: {why}. Clone {peer.source}, run `go build -o FOLDER/{peer.name} .` in it, "
            f'then `{FOLDER_VARIABLE}=FOLDER make bench ARGS="--only i"`.'
        )
    return found, missing


def start(stage: Stage, peer: Peer, binary: Path, keys: str, environment: Mapping[str, str]) -> tuple[Server, int]:
    """Start a peer and wait until it listens; the server and its port. Raises :class:`BenchmarkError`."""
    port = free_port()
    name = "-".join([peer.name, *environment.values()])
    folder = stage.folder / name
    folder.mkdir()
    return stage.start(
        name, peer.command(binary, folder, port, keys), ready=listens(port), environment=environment
    ), port


def _write(path: Path, configuration: Mapping[str, object]) -> Path:
    path.write_text(json.dumps(configuration), encoding="utf-8")  # JSON is YAML too
    return path
