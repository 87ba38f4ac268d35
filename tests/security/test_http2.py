"""The forgeries over HTTP/2, with curl: header names are bytes there, and cookies may be split."""

import json
import shutil
import subprocess

import pytest

from runner import Platform
from tests.security.attack.situation import MARK, Situation
from tests.security.behind import EchoEdge

pytestmark = pytest.mark.skipif(
    not shutil.which("curl") or "HTTP2" not in subprocess.run(["curl", "-V"], capture_output=True, text=True).stdout,
    reason="curl without HTTP/2",
)  # fmt: skip


def curl(s: Situation, *arguments: str, port: int, path: str = "", tls: bool = True) -> tuple[int, str]:
    """Return status and body."""
    scheme, version = ("https", "--http2") if tls else ("http", "--http2-prior-knowledge")
    url = f"{scheme}://{s.base_domain}:{port}{path or s.protected}"
    resolve = f"{s.base_domain}:{port}:127.0.0.1"
    shape = ("--path-as-is", "--max-time", "10", "--resolve", resolve, "-w", "\n%{http_code} %{http_version}")
    command = ["curl", "-skS", version, *shape, *arguments, url]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    body, _, last = shown.rpartition("\n")
    status, version = last.split()
    assert status == "000" or version == "2"
    return int(status), body


@pytest.mark.row(1, 2, 3)
@pytest.mark.parametrize("name", ["x-user-id", "X-User-Id", "x_user_id", "x.user.id", "x-user-anything", "x~user~id"])
def test_a_forged_identity_does_not_arrive(name: str, situation: Situation, echo_edge: EchoEdge) -> None:
    forged = ("-H", f"{name}: {MARK}", "-H", f"{name}: {MARK}2")
    port = echo_edge.settings.ports.https
    assert curl(situation, *forged, port=port)[0] in (400, 401)
    status, body = curl(situation, *forged, "-H", f"Authorization: Bearer {situation.token}", port=port)
    assert (status, MARK in body) == (200, False)
    assert "usr_demo_alice" in body
    status, body = curl(situation, *forged, port=port, path="/static/x")
    assert (status, MARK in body) == (200, False)


@pytest.mark.row(14)
@pytest.mark.parametrize("jar", ["jwt={T}; jwt=x", "jwt=x; jwt={T}", "a=b; jwt={T}; jwt={T}"])
def test_two_cookies_of_one_name_are_refused(jar: str, situation: Situation, platform: Platform) -> None:
    crumbs = [part for crumb in jar.format(T=situation.token).split("; ") for part in ("-H", f"Cookie: {crumb}")]
    port = platform.settings.ports.https
    assert curl(situation, "-H", f"Cookie: {jar.format(T=situation.token)}", port=port)[0] == 400
    assert curl(situation, *crumbs, port=port)[0] in (400, 401)


@pytest.mark.row(17)
def test_cookies_in_crumbs_are_one_jar(situation: Situation, platform: Platform) -> None:
    """RFC 9113 §8.2.3 lets a browser split its cookies. They are joined before they are read."""
    crumbs = ("-H", "Cookie: a=b", "-H", f"Cookie: jwt={situation.token}", "-H", "Cookie: c=d")
    status, body = curl(situation, *crumbs, port=platform.settings.ports.https)
    assert (status, json.loads(body)["user"]) == (200, "alice")


@pytest.mark.row(12)
@pytest.mark.parametrize(
    "path", ["/static/../api/profile/", "/api/docs/%2e%2e/profile/", "//api/profile/", "/api/profile/"]
)
def test_paths_have_the_same_rule(path: str, situation: Situation, platform: Platform) -> None:
    status, body = curl(situation, port=platform.settings.ports.https, path=path)
    assert status in (301, 302, 307, 308, 400, 401, 404)
    assert "username" not in body


@pytest.mark.row(6)
def test_http2_without_tls_is_refused_or_has_the_same_rules(situation: Situation, platform: Platform) -> None:
    port = platform.settings.ports.http
    assert curl(situation, port=port, tls=False)[0] in (0, 401)
    assert curl(situation, "-H", f"x-user-id: {MARK}", port=port, tls=False)[0] in (0, 401)


@pytest.mark.row(31)
def test_a_cross_site_write_is_refused(situation: Situation, platform: Platform) -> None:
    arguments = ("-H", f"Cookie: jwt={situation.token}", "-H", "Origin: https://evil.test", "-d", "a=b")
    assert curl(situation, *arguments, port=platform.settings.ports.https)[0] == 403
