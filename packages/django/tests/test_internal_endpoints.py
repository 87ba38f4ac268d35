"""What machines ask: liveness, readiness, metrics; and what every answer carries."""

import os
import subprocess
import sys

import pytest
from django.db import connections
from django.http import HttpResponse, multipartparser
from django.test import Client
from django.urls import path
from outermost import over_asgi, over_wsgi

from vf_django import asgi, wsgi
from vf_django.testing import as_user


def nothing_to_serve() -> str | None:
    return "there is nothing to serve"


def test_a_process_that_lives_says_so_without_its_database(client):
    assert client.get("/healthz").json() == {"status": "ok"}  # no database mark


@pytest.mark.django_db
def test_a_service_with_its_database_is_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "missing": {}})


def test_a_service_without_its_database_names_it(client, django_db_blocker, monkeypatch, tmp_path):
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", str(tmp_path / "missing" / "db.sqlite3"))
    connections["default"].connection = None
    with django_db_blocker.unblock():
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["missing"] == {"database": "database 'default' doesn't respond (OperationalError)"}
    connections["default"].connection = None


def test_a_service_can_add_checks_of_its_own(client, settings):
    settings.VF_READINESS = [f"{__name__}.nothing_to_serve"]
    assert client.get("/readyz").json()["missing"] == {"nothing_to_serve": "there is nothing to serve"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_internal_endpoints_only_read(client, path):
    assert client.post(path).status_code == 405


def metric(client: Client, line: str) -> float:
    for row in client.get("/metrics").content.decode().splitlines():
        if row.startswith(line):
            return float(row.rpartition(" ")[2])
    return 0.0


def test_requests_are_counted_by_method_view_and_status(client):
    line = 'vf_http_requests_total{method="GET",status="401",view="whoami"}'
    before = metric(client, line)
    client.get("/whoami")
    assert metric(client, line) == before + 1


def test_made_up_paths_and_methods_make_no_new_series(client):
    for number in range(3):
        client.generic(f"X{number}", f"/made-up/{number}")
    text = client.get("/metrics").content.decode()
    assert "made-up" not in text
    assert 'method="OTHER",status="404",view="unmatched"' in text


def test_durations_are_a_histogram(client):
    client.get("/whoami")
    assert metric(client, 'vf_http_request_duration_seconds_count{method="GET",view="whoami"}') >= 1


def test_the_workers_of_one_service_are_counted_together(tmp_path):
    count = "metrics.REQUESTS.labels('GET', 'v', '200').inc(); print(metrics.exposition().decode())"
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    runs = [
        subprocess.run(
            [sys.executable, "-c", f"from vf_django import metrics; {count}"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    ]
    assert 'vf_http_requests_total{method="GET",status="200",view="v"} 2.0' in runs[1].stdout


def test_the_request_id_of_the_edge_is_kept_and_logged(client, log_lines):
    answer = client.get("/open?secret=1", HTTP_X_REQUEST_ID="0f3c-1")
    assert answer["X-Request-Id"] == "0f3c-1"
    assert "secret" not in log_lines()


@pytest.mark.parametrize("offered", ["", "a b", "a\nb", "x" * 129, "é", "a,b"])
def test_an_unusable_request_id_is_replaced(client, offered):
    given = client.get("/open", HTTP_X_REQUEST_ID=offered)["X-Request-Id"]
    assert given != offered
    assert given.isalnum()


def test_each_request_is_one_line_with_its_user_but_health_checks_are_none(client, log_lines):
    as_user(client).get("/whoami")
    client.get("/healthz")
    assert log_lines().count("'event': 'request'") == 1
    assert "'user': 'usr_test'" in log_lines()


@pytest.mark.parametrize("host", ["10.244.3.17:8000", "[fd00::1]:8000", "fd00::1", "a_b..c", "evil.test", "x" * 300])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.django_db
def test_a_probe_is_answered_whatever_the_host_and_nothing_else_is(client, path, host):
    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get("/open", headers={"Host": host}).status_code == 400
    assert client.get(f"{path}/", headers={"Host": host}).status_code == 400
    assert client.get(f"/x/..{path}", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("handler", [wsgi.get_wsgi_application, asgi.get_asgi_application])
def test_a_service_without_our_first_middleware_answers_probes_too(handler, settings, monkeypatch):
    monkeypatch.setattr(multipartparser, "parse_header_parameters", multipartparser.parse_header_parameters)
    settings.MIDDLEWARE = settings.MIDDLEWARE[2:]
    ask = over_wsgi if handler is wsgi.get_wsgi_application else over_asgi
    foreign = [("Host", "10.244.3.17:8000")]
    assert ask(handler(), "/healthz", headers=foreign).status == 200
    assert ask(handler(), "/open", headers=foreign).status == 400


@pytest.mark.django_db
def test_a_probe_is_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], "django.middleware.security.SecurityMiddleware"]
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
    assert client.get("/open").status_code == 301


def own_page(request):
    return HttpResponse(request.get_host())


def test_a_page_of_the_services_own_under_such_a_path_is_checked_like_any_other(client, settings):
    settings.ROOT_URLCONF = __name__
    assert client.get("/metrics", headers={"Host": "evil.test"}).status_code == 400
    assert client.get("/metrics", headers={"Host": "localhost"}).content == b"localhost"


urlpatterns = [path("metrics", own_page)]


def test_importing_the_metrics_leaves_the_series_of_the_service_as_they_were():
    program = (
        "from prometheus_client import Counter, generate_latest\n"
        "from vf_django import metrics\n"
        "Counter('team_orders', 'x').inc()\n"
        "metrics.REQUESTS.labels('GET', 'v', '200').inc()\n"
        "metrics.DURATION.labels('GET', 'v').observe(1)\n"
        "print(metrics.exposition().decode())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "team_orders_created" in run.stdout
    assert 'vf_http_requests_total{method="GET",status="200",view="v"} 1.0' in run.stdout
    assert 'vf_http_request_duration_seconds_count{method="GET",view="v"} 1.0' in run.stdout
    assert "vf_http_requests_created" not in run.stdout
    assert "vf_http_request_duration_seconds_created" not in run.stdout
