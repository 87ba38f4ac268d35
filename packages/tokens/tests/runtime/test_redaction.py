"""No query of a request stands in a log, whoever writes the line (rows 45 and 46)."""

import io
import logging
import subprocess
import sys

import pytest
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from gunicorn.glogging import SafeAtoms
from gunicorn.http.errors import InvalidHeader

from vf_runtime.redaction import SERVER_LOGGERS, redact_server_logs, redacted

URL = "/orders/?token=SECRET&a=b c"


@pytest.fixture
def written(monkeypatch):
    """What the server loggers write, each with a handler of its own, as servers give them one."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    redact_server_logs()
    redact_server_logs()  # harmless
    for name in SERVER_LOGGERS:
        logging.getLogger(name).addHandler(handler)
    yield stream.getvalue
    for name in SERVER_LOGGERS:
        logging.getLogger(name).removeHandler(handler)


LINES = {
    "gunicorn about an answer that raised": ("Error handling request %s %s", "GET", URL),
    "gunicorn about a first line": ("Invalid request from ip=127.0.0.1: Invalid HTTP request line: 'GET " + URL + "'",),
    "gunicorn about a header": ("Invalid request from ip=::1: Invalid HTTP Header: 'AUTHORIZATION BEARER SECRET'",),
    "gunicorn about a method": ("Invalid request from ip=: Invalid HTTP method: 'SECRET'",),
    "uvicorn about a request": ('%s - "%s %s HTTP/%s" %d', "127.0.0.1:9", "GET", URL, "1.1", 200),
    "Django's own server": ('"%s" %s %s', f"GET {URL} HTTP/1.1", "200", "12"),
    "Django about a form": (
        "Forbidden (%s): %s",
        f"Referer checking failed - https://x.test{URL} does not match.",
        "/",
    ),
    "an exception as a value": ("failed: %s", ValueError(f"bad URL {URL}")),
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize(
    "name", ["gunicorn.error", "uvicorn.access", "waitress", "django.server", "django.security.csrf"]
)
def test_a_line_of_a_server_has_no_query(written, name, line):
    logging.getLogger(name).error(*line)
    assert written().startswith(name)
    assert "SECRET" not in written()


def test_what_stands_beside_the_query_stays(written):
    logging.getLogger("uvicorn.access").warning(*LINES["uvicorn about a request"])
    assert written() == 'uvicorn.access 127.0.0.1:9 - "GET /orders/?[masked] HTTP/1.1" 200\n'


def test_a_traceback_of_a_server_has_no_query(written):
    try:
        raise RuntimeError(f"no route for {URL}")
    except RuntimeError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", URL)
    assert "RuntimeError: no route for /orders/?[masked]" in written()
    assert "SECRET" not in written()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("aiohttp.server", BadHttpMessage("Authorization Bearer SECRET")),
        ("aiohttp.server", LineTooLong("Cookie: SECRET")),
        ("gunicorn.error", InvalidHeader("Authorization Bearer SECRET")),
    ],
)
def test_an_error_of_a_parser_is_named_and_not_quoted(written, name, error):
    try:
        raise error
    except Exception:
        logging.getLogger(name).exception("Error handling request from %s", "127.0.0.1")
    assert written() == f"{name} Error handling request from 127.0.0.1 ({type(error).__name__})\n"


def test_gunicorns_access_log_has_no_query(written):
    atoms = SafeAtoms({"r": f"GET {URL} HTTP/1.1", "s": "200", "q": "token=SECRET", "f": f"https://x.test{URL}"})
    logging.getLogger("gunicorn.access").error('"%(r)s" %(s)s %(q)s "%(f)s" %({x-unknown}i)s', atoms)
    assert written() == 'gunicorn.access "GET /orders/?[masked]" 200 [masked] "https://x.test/orders/?[masked]" -\n'


def test_text_without_a_query_is_left_alone():
    assert redacted("GET /orders/ 200: all is well") == "GET /orders/ 200: all is well"


SCRIPT = """
import logging, sys, structlog
from django.conf import settings
from django.test import RequestFactory
settings.configure()
if {configured}:
    from vf_runtime import configure_logging
    configure_logging("orders", production={production})
from vf_runtime.redaction import traceback_of
log = structlog.get_logger("x")
URL = {url!r}
request = RequestFactory().get(URL)
{statement}
"""


def logged(statement: str, *, production: bool = True, configured: bool = True) -> str:
    """What a process of its own writes: the set-up is global and must not leak into other tests."""
    script = SCRIPT.format(production=production, configured=configured, url=URL, statement=statement)
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return run.stdout + run.stderr


@pytest.mark.parametrize("production", [True, False])
def test_djangos_lines_show_a_request_by_its_path_alone(production):
    statement = 'logging.getLogger("django.request").error("Internal Server Error", extra={"request": request})'
    text = logged(statement, production=production)
    assert "SECRET" not in text
    assert "/orders/" in text


FAILURE = """
def fail(password):
    raise RuntimeError(f"no {len(password)} at {URL}")
try:
    fail("LOCAL-SECRET")
except RuntimeError as error:
    %s
"""


@pytest.mark.parametrize("production", [True, False])
def test_an_exception_shows_neither_a_query_nor_local_variables(production):
    both = 'log.error("failed", exc_info=error); logging.getLogger("y").error("failed", exc_info=error)'
    text = logged(FAILURE % both, production=production)
    assert text.count("RuntimeError: no 12 at /orders/?[masked]") == 2
    assert "SECRET" not in text


def test_our_own_exceptions_show_no_local_variables_in_a_service_that_has_not_set_structlog_up():
    text = logged(FAILURE % 'log.error("failed", exception=traceback_of(error))', configured=False)
    assert "RuntimeError: no 12 at /orders/?[masked]" in text
    assert "SECRET" not in text


@pytest.mark.parametrize("production", [True, False])
def test_a_line_of_a_library_has_no_query(production):
    statement = 'logging.getLogger("httpx").warning("HTTP Request: %s", "GET https://x.test" + URL)'
    text = logged(statement, production=production)
    assert "SECRET" not in text
    assert "https://x.test/orders/?[masked]" in text
