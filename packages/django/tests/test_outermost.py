"""Under WSGI and ASGI, nothing escapes the outermost layer and no client's text chooses a codec (rows 46 and 52)."""

import codecs
import encodings
import inspect
import json
import logging
from hashlib import sha256
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, multipartparser
from outermost import Answer, over_asgi, over_wsgi
from structlog.testing import capture_logs

from vf_django import asgi, wsgi
from vf_edge.problems import CONTENT_TYPE

JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
CODECS = ["bz2", "zlib", "hex", "rot13", "punycode", "undefined", "idna", "utf-16", "latin-1", "utf-8-sig", "made-up"]
SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


@pytest.fixture(autouse=True)
def unguarded_afterwards(monkeypatch):
    """Making an application changes Django's module; other tests have Django as it is."""
    monkeypatch.setattr(multipartparser, "parse_header_parameters", multipartparser.parse_header_parameters)


@pytest.fixture(params=["wsgi", "asgi"])
def ask(request, settings):
    """Send one request to the service, with Django's security headers, through the outermost layer."""
    settings.MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", *settings.MIDDLEWARE]
    if request.param == "wsgi":
        application: Any = wsgi.get_wsgi_application()
        return lambda *args, **options: over_wsgi(application, *args, **options)
    asgi_application = asgi.get_asgi_application()
    return lambda *args, **options: over_asgi(asgi_application, *args, **options)


def assert_problem(answer: Answer, status: int, code: str) -> None:
    """Problem details, with everything that an answer of the service has."""
    assert (answer.status, answer.headers["Content-Type"]) == (status, CONTENT_TYPE), answer.body
    document = json.loads(answer.body)
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer.headers["X-Request-Id"]
    assert SECURITY.items() <= answer.headers.items()


def part(disposition: str, text: str = "x") -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{text}\r\n--b--\r\n".encode()


@pytest.mark.parametrize("charset", CODECS)
@pytest.mark.parametrize("target", ["/orders", "/posted"], ids=["DRF", "Django"])
@pytest.mark.parametrize("kind", [JSON, FORM, MULTIPART, "application/problem+json"])
def test_a_body_in_another_charset_is_a_415_that_says_what_to_do(ask, kind, target, charset):
    answer = ask(target, method="POST", headers=[("Content-Type", f"{kind}; charset={charset}")], body=b"{}")
    assert_problem(answer, 415, "unsupported_media_type")
    assert "Encode it in UTF-8" in json.loads(answer.body)["detail"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', '"UTF-8"', "utf8"])
def test_utf_8_in_any_spelling_is_read(ask, charset):
    body = json.dumps({"item": "é", "count": 1}, ensure_ascii=False).encode()
    headers = [("Content-Type", f"application/json; charset={charset}")]
    assert json.loads(ask("/orders", method="POST", headers=headers, body=body).body)["item"] == "é"
    headers = [("Content-Type", f"{FORM}; charset={charset}")]
    assert json.loads(ask("/posted", method="POST", headers=headers, body=b"a=%C3%A9").body)["fields"] == {"a": "é"}


@pytest.mark.parametrize("charset", CODECS)
def test_a_charset_without_a_body_is_ignored_and_the_query_is_utf_8(ask, charset):
    answer = ask("/posted?q=%C3%A9", headers=[("Content-Type", f"text/plain; charset={charset}")])
    assert (answer.status, json.loads(answer.body)["body"]) == (200, "é")


def test_what_a_service_reads_as_bytes_may_have_any_charset(ask):
    answer = ask("/posted", method="POST", headers=[("Content-Type", "text/csv; charset=latin-1")], body=b"\xe9")
    assert answer.status == 200


MALFORMED = {
    "an extended charset": "text/plain; charset*=undefined''x",
    "an extended parameter with an unknown codec": "text/plain; x*=made-up''a",
    "a codec in continued parameters": "text/plain; x*0=bz; x*1*=2''a",
    "what Python's own reader fails at": "text/plain; a*=;a*0=",
    "a parameter number of 5,000 digits": f"text/plain; x*{'9' * 5000}*=utf-8''a",
}


@pytest.mark.parametrize("header", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_malformed_content_type_is_a_415(ask, method, header):
    answer = ask("/open", method=method, headers=[("Content-Type", header)])
    assert_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "made-up", "identity, gzip"])
def test_a_compressed_body_is_a_415(ask, encoding):
    headers = [("Content-Type", JSON), ("Content-Encoding", encoding)]
    assert_problem(ask("/orders", method="POST", headers=headers, body=b"{}"), 415, "unsupported_media_type")


BAD_LENGTHS = ["abc", "-1", "+2", "1_0", "0x2", "٣", "9" * 5000]


@pytest.mark.parametrize("length", BAD_LENGTHS)
def test_an_odd_content_length_is_a_400(length, settings):
    answer = over_wsgi(
        wsgi.get_wsgi_application(),
        "/orders",
        method="POST",
        headers=[("Content-Type", JSON)],
        body=b"{}",
        CONTENT_LENGTH=length,
    )
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/open\0", "/\0", "/healthz\0"])
def test_nul_in_a_path_is_a_400(ask, path):
    assert_problem(ask(path), 400, "invalid_request")


def test_a_path_that_is_no_text_is_a_400():
    application = wsgi.get_wsgi_application()
    for path in ("/\ud800", "/\u20ac"):  # a server must give latin-1 (PEP 3333)
        answer = over_wsgi(application, "/", PATH_INFO=path, HTTP_X_REQUEST_ID="known")
        assert (answer.status, json.loads(answer.body)["code"]) == (400, "invalid_request")
        assert answer.headers["X-Request-Id"] == "known"
    assert over_wsgi(application, "/\xff").status == 404


def test_a_query_that_is_no_text_is_a_400():
    answer = over_asgi(asgi.get_asgi_application(), "/open", query_string=b"token=SECRET\xff")
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "invalid_request")


def test_no_header_makes_python_look_a_codec_up(ask, monkeypatch):
    """Unknown names stay in memory for good: a name for each request was a leak of 8 KB a request."""
    name = "vf-made-up-codec"
    extended = f"a*={name}''b"
    body = part(f'name="f"; filename="f"; filename*={name}\'\'x')
    for headers in (
        [("Content-Type", f"text/plain; charset={name}")],
        [("Content-Type", f"text/plain; {extended}")],
        [("Content-Type", f"application/json; charset={name}")],
        [("Content-Type", f"{MULTIPART}; {extended}")],
        [("Accept", f"application/json; {extended}")],
        [("Content-Disposition", f"attachment; filename*={name}''b")],
        [("Content-Type", MULTIPART)],
    ):
        for target in ("/orders", "/posted", "/schema"):
            ask(target, method="POST", headers=headers, body=body)
            ask(target, headers=headers)
    assert [key for key in encodings._cache if "made" in key] == []
    with pytest.raises(LookupError):
        codecs.lookup(name)
    assert [key for key in encodings._cache if "made" in key] != []  # the test sees what it looks for
    encodings._cache.pop("vf-made-up-codec", None)
    encodings._cache.pop("vf_made_up_codec", None)


def test_a_file_name_in_utf_8_is_read_and_one_in_another_codec_is_not(ask):
    def names(parameter: str) -> Any:
        body = part(f'name="f"; filename="plain"; {parameter}')
        return json.loads(ask("/posted", method="POST", headers=[("Content-Type", MULTIPART)], body=body).body)["files"]

    assert names("filename*=UTF-8''%C3%A9") == {"f": "é"}
    assert names("filename*=utf-16''%41%00") == {}


@pytest.mark.parametrize("header", ["attachment; filename*=undefined''b", "attachment; x*0=bz; x*1*=2''b"])
def test_a_content_disposition_with_a_codec_is_refused(ask, header):
    assert_problem(ask("/open", headers=[("Content-Disposition", header)]), 400, "invalid_request")
    fine = [("Content-Disposition", "attachment; filename=\"a*=b\"; filename*=UTF-8''%C3%A9")]
    assert ask("/open", headers=fine).status == 200


@pytest.mark.parametrize("parameters", ["a*=undefined''x", "a*=;a*0=", f"a*{'9' * 5000}*=x"])
def test_accept_with_a_codec_is_disregarded(ask, parameters):
    assert ask("/open", headers=[("Accept", f"application/json; {parameters}")]).status == 200


REFUSALS = {
    "a body that is too large": ("/orders", JSON, b'"' + b"x" * 3_000_000 + b'"', 413, "body_too_large"),
    "a form that is too large": ("/posted", FORM, b"a=" + b"x" * 3_000_000, 413, "body_too_large"),
    "too many fields": ("/posted", FORM, b"a=1&" * 2_000, 400, "too_many_fields"),
    "too many parts": ("/posted", MULTIPART, b"".join([part('name="a"')[:-8]] * 2_000), 400, "too_many_fields"),
    "a multipart form without a boundary": ("/posted", "multipart/form-data", b"x", 400, "invalid_request"),
    "a boundary that is none": ("/posted", "multipart/form-data; boundary=\x01", b"x", 400, "invalid_request"),
    "half a UTF-16 document": ("/orders", JSON, '{"item": "x"}'.encode("utf-16"), 400, "invalid_request"),
    "a UTF-8 mark": ("/orders", JSON, b'\xef\xbb\xbf{"item": "x"}', 400, "invalid_request"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
def test_an_expected_refusal_is_a_problem_and_one_line_in_the_log(ask, settings, caplog, refusal):
    target, kind, body, status, code = refusal
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_PARSER_CLASSES": ["vf_django.parsers.StrictJSONParser"]
    }
    quiet = logging.getLogger("django.security")
    caplog.set_level(logging.ERROR)
    if target != "/orders":  # DRF's exception handler says nothing to Django; of other views,
        quiet.setLevel(logging.CRITICAL)  # ServiceSettings.configure_logging does this
    with capture_logs() as lines:
        answer = ask(target, method="POST", headers=[("Content-Type", kind)], body=body)
    quiet.setLevel(logging.NOTSET)
    assert_problem(answer, status, code)
    assert [(line["event"], line["status"], line["code"]) for line in lines] == [("request", status, code)]
    assert caplog.records == []


class Broken:
    """What a server gives for a client that is gone, or that sends malformed chunks."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, *size: int) -> bytes:
        raise self.error

    readline = read


class InvalidChunkSize(Exception):
    """gunicorn's is no OSError either."""


@pytest.mark.parametrize("target", ["/orders", "/posted"], ids=["DRF", "Django"])
@pytest.mark.parametrize("error", [ConnectionResetError("gone"), TimeoutError(), InvalidChunkSize("zz SECRET")])
def test_a_body_that_does_not_arrive_is_a_400_without_a_traceback(caplog, target, error):
    with capture_logs() as lines:
        answer = over_wsgi(
            wsgi.get_wsgi_application(),
            target,
            method="POST",
            headers=[("Content-Type", JSON if target == "/orders" else FORM), ("Content-Length", "60")],
            body=Broken(error),
        )
    assert (answer.status, json.loads(answer.body)["code"]) == (400, "invalid_request")
    assert [line["event"] for line in lines] == ["request"]
    assert not any(record.exc_info for record in caplog.records if record.levelno >= logging.ERROR)


def test_a_control_character_in_a_header_of_the_answer_is_a_500_and_is_not_sent(ask):
    with capture_logs() as lines:
        answer = ask("/odd-header?name=a%00SECRET", headers=[("X-Request-Id", "known")])
    assert_problem(answer, 500, "server_error")
    assert answer.headers["X-Request-Id"] == "known"
    assert "SECRET" not in str(answer)
    failed = [line for line in lines if line["event"] == "request_failed"]
    assert [(line["path"], line["request_id"]) for line in failed] == [("/odd-header", "known")]
    assert "SECRET" not in str(lines)
    assert "ControlCharacter" in failed[0]["exception"]


def broken_page(request: HttpRequest, **_: Any) -> HttpResponse:
    raise RuntimeError("the error page fails as well")


def test_a_failing_error_page_is_still_a_problem(ask, settings, monkeypatch):
    from example import urls

    monkeypatch.setattr(urls, "handler500", broken_page)
    from django.urls import clear_url_caches

    clear_url_caches()
    with capture_logs() as lines:
        answer = ask("/page-error/bug?token=SECRET")
    clear_url_caches()
    assert_problem(answer, 500, "server_error")
    assert [line["event"] for line in lines].count("request_failed") == 1
    assert "SECRET" not in str(lines)


def test_head_gets_no_body():
    application = wsgi.get_wsgi_application()
    answer = over_wsgi(application, "/odd-header?name=a%00", method="HEAD")
    assert (answer.status, answer.body) == (500, b"")


READ_AGAIN = {
    "WSGIRequest.__init__": (WSGIRequest.__init__, "484035aace3128a9"),
    "ASGIRequest.__init__": (ASGIRequest.__init__, "5ff1464df4bf995e"),
    "HttpRequest._set_content_type_params": (HttpRequest._set_content_type_params, "c4ef0b4724e124c5"),
    "BaseHandler._get_response": (BaseHandler._get_response, "ec767cf1bf0296fa"),
    "WSGIHandler.__call__": (WSGIHandler.__call__, "8391f497d588b2a0"),
    "parse_boundary_stream": (multipartparser.parse_boundary_stream, "c208d7c6936f46d3"),
}


@pytest.mark.parametrize(("parent", "known"), READ_AGAIN.values(), ids=READ_AGAIN.keys())
def test_what_is_overridden_is_what_was_read(parent, known):
    """An override hides what its parent gains. If this fails: read the parent again, then note its new hash."""
    assert sha256(inspect.getsource(parent).encode()).hexdigest()[:16] == known
