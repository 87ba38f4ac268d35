"""The database or Redis goes away while the service runs."""

import socket
import time

import httpx
from tests.servers import HOST, Installation

ALICE = {"username": "alice", "password": "alice123"}


def test_with_the_database_down_sign_in_says_503_and_when_to_come_back_and_recovers(own_postgres, tmp_path):
    installation = Installation(tmp_path, own_postgres.get_uri())
    installation.manage("migrate")
    installation.manage("load_demo_data")
    with installation.gunicorn() as url, httpx.Client(base_url=url, headers={"Host": HOST}, timeout=15) as client:
        signed_in = client.post("/api/auth/login/", json=ALICE)
        own_postgres.stop()
        steps = ["flow/code/request", "flow/code/confirm", "flow/password/request", "flow/sign-up"]
        body = {**ALICE, "email": "alice@example.test", "code": "AAAA"}
        for path in ("login", "refresh", "logout", *steps):
            headers = {"Cookie": "vf_flow=x"} if path.startswith("flow/") else {}
            response = client.post(f"/api/auth/{path}/", json=body, headers=headers)
            assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
            assert int(response.headers["Retry-After"]) > 0
            assert "set-cookie" not in response.headers
        continued = client.get("/api/auth/continue/?next=/x/")
        assert (continued.status_code, continued.json()["code"]) == (503, "database_unavailable")
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get("/.well-known/jwks.json").status_code == 200

        own_postgres.start()
        assert client.get("/readyz").status_code == 200
        cookies = {"Cookie": f"jwt_refresh={signed_in.cookies['jwt_refresh']}"}
        assert client.post("/api/auth/refresh/", headers=cookies).status_code == 200


def test_with_a_redis_that_hangs_a_logout_works_after_a_short_wait(sqlite_installation):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with (
            sqlite_installation.gunicorn(VF_REDIS_URL=url) as address,
            httpx.Client(base_url=address, headers={"Host": HOST}, timeout=60) as client,
        ):
            client.post("/api/auth/login/", json=ALICE)
            started = time.monotonic()
            assert client.post("/api/auth/logout/").status_code == 204
            assert time.monotonic() - started < 10
