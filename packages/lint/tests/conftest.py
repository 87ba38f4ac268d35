"""A small valid configuration, and a way to change one thing in it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from vf_lint.configuration import ENCODED_CHARACTERS, Configuration
from vf_lint.expectations import Expectations
from vf_lint.findings import Finding
from vf_lint.from_files import read_files
from vf_lint.lint import lint

REPOSITORY = Path(__file__).parents[3]

STATIC: dict[str, Any] = {
    "entryPoints": {
        "web": {
            "address": "127.0.0.1:80",
            "http": {
                "middlewares": ["untrusted@file"],
                "aliasHeadersStrategy": "delete",
                "encodedCharacters": dict.fromkeys(ENCODED_CHARACTERS, False),
            },
            "forwardedHeaders": {"trustedIPs": ["10.1.2.3"]},
        }
    },
    "api": {"dashboard": True},
    "accessLog": {"fields": {"headers": {"names": {"User-Agent": "keep"}}}},
}

DYNAMIC: dict[str, Any] = {
    "routers": {
        "orders": {
            "rule": "Host(`a.test`) && PathPrefix(`/orders/`)",
            "priority": 20,
            "middlewares": ["protected"],
            "service": "orders",
        },
        "files": {
            "rule": "Host(`a.test`) && PathPrefix(`/static/`)",
            "priority": 30,
            "middlewares": ["public"],
            "service": "orders",
        },
        "dashboard": {
            "rule": "Host(`traefik.a.test`)",
            "middlewares": ["operator"],
            "service": "api@internal",
        },
    },
    "middlewares": {
        "untrusted": {"headers": {"customRequestHeaders": {"Forwarded": ""}}},
        "cors": {
            "headers": {"accessControlAllowOriginList": ["https://a.test"], "accessControlAllowCredentials": True}
        },
        "auth": {
            "forwardAuth": {
                "address": "http://gateway-auth:8000/verify?audience=orders&mode=required",
                "authResponseHeadersRegex": "(?i)^X[^a-z0-9]User[^a-z0-9]",
                "maxResponseBodySize": 65536,
            }
        },
        "auth-operator": {
            "forwardAuth": {
                "address": "http://gateway-auth:8000/verify?audience=traefik&mode=required&roles=operator",
                "authResponseHeadersRegex": "(?i)^X[^a-z0-9]User[^a-z0-9]",
                "maxResponseBodySize": 65536,
            }
        },
        "strip": {
            "forwardAuth": {
                "address": "http://127.0.0.1:8082/ping",
                "authResponseHeadersRegex": "(?i)^X[^a-z0-9]User[^a-z0-9]",
                "maxResponseBodySize": 65536,
            }
        },
        "shorten": {"stripPrefix": {"prefixes": ["/static"]}},
        "protected": {"chain": {"middlewares": ["cors", "auth"]}},
        "public": {"chain": {"middlewares": ["cors", "strip"]}},
        "operator": {"chain": {"middlewares": ["auth-operator"]}},
    },
    "services": {"orders": {"loadBalancer": {"servers": [{"url": "http://127.0.0.1:1"}]}}},
}

Change = tuple[str, Any]
"""A dotted path into ``static`` or ``dynamic`` (no name contains a dot), and the new value."""


def spoiled(*changes: Change | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the valid configuration with these values changed; None changes nothing."""
    documents = {"static": deepcopy(STATIC), "dynamic": deepcopy(DYNAMIC)}
    for change in filter(None, changes):
        *path, last = change[0].split(".")
        place: dict[str, Any] = documents
        for step in path:
            place = place.setdefault(step, {})
        place[last] = change[1]
    return documents["static"], documents["dynamic"]


def write(folder: Path, static: dict[str, Any], dynamic: dict[str, Any]) -> tuple[Path, Path]:
    """Write the configuration as Traefik's files."""
    (folder / "traefik.yml").write_text(yaml.safe_dump(static))
    tcp = {"tcp": dynamic["tcp"]} if "tcp" in dynamic else {}
    http = {part: options for part, options in dynamic.items() if part not in tcp}
    (folder / "dynamic.yml").write_text(yaml.safe_dump({"http": http} | tcp))
    return folder / "traefik.yml", folder / "dynamic.yml"


class Linter:
    """Reads the changed configuration from files and applies all rules."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def configuration(self, *changes: Change | None) -> Configuration:
        static, dynamic = write(self._folder, *spoiled(*changes))
        return read_files(static, [dynamic], {})

    def __call__(self, *changes: Change | None, **expectations: Any) -> list[Finding]:
        return lint(self.configuration(*changes), Expectations(**{"base_domain": "a.test"} | expectations))


@pytest.fixture
def linted(tmp_path: Path) -> Linter:
    return Linter(tmp_path)
