"""Django's two request classes, changed so that no client text raises an exception or chooses a codec.

Django creates a request before any middleware runs. The server would answer an exception there in its own format,
without a request ID, and log the whole URL. So :func:`wsgi_request` and :func:`asgi_request` always return a request.
Its ``refusal`` is what is wrong with it; the handlers raise that inside the middleware.
"""

from collections.abc import Callable, MutableMapping
from io import BytesIO
from typing import IO, Any

import structlog
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from .probes import let_probes_in
from .refusals import UnreadableRequest
from .request_head import make_readable

log = structlog.get_logger("vf_django.requests")

_KEPT = ("REQUEST_METHOD", "HTTP_HOST", "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT")
_KEPT_HEADERS = frozenset({b"host", b"x-request-id", b"x-forwarded-proto", b"accept"})


class _Readable:
    """A request whose ``encoding`` only the service sets. Django's own takes the client's ``charset``."""

    refusal: UnreadableRequest | None = None
    content_type: str | None
    content_params: dict[str, str] | None

    def _set_content_type_params(self, meta: MutableMapping[str, Any]) -> None:
        """Check ``META``. Both constructors call this as soon as ``META`` is complete and before they
        decode anything.
        """
        problem = make_readable(meta)
        self.refusal = UnreadableRequest(problem) if problem else None
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE") or "")


class ReadableWSGIRequest(_Readable, WSGIRequest):
    """The request that :func:`vf_django.wsgi.get_wsgi_application` creates from an environ."""

    def __init__(self, environ: dict[str, Any]) -> None:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        super().__init__(environ)


class ReadableASGIRequest(_Readable, ASGIRequest):
    """The request that :func:`vf_django.asgi.get_asgi_application` creates from a scope."""


class _Body:
    """The server's stream with all errors as ``OSError``, which Django treats as a client that disconnected.

    gunicorn's error for a malformed chunk is not an ``OSError`` and would cause a 500.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, *size: int) -> bytes:
        """Read like the server's stream."""
        return self._guarded(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """Read one line like the server's stream."""
        return self._guarded(self._stream.readline, *size)

    def _guarded(self, read: Callable[..., bytes], *size: int) -> bytes:
        try:
            return read(*size)
        except Exception as error:
            raise OSError(f"the body cannot be read ({type(error).__name__})") from error

    def __iter__(self) -> Any:
        return iter(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def wsgi_request(environ: dict[str, Any]) -> WSGIRequest:
    """Return the request; an empty one with a ``refusal`` if ``environ`` is invalid."""
    try:
        request: ReadableWSGIRequest = ReadableWSGIRequest(environ)
    except Exception as error:
        log.warning("request_unreadable", reason=type(error).__name__)
        bare = {name: value for name, value in environ.items() if name in _KEPT or not name.startswith("HTTP_")}
        bare |= {"PATH_INFO": "/", "SCRIPT_NAME": "", "QUERY_STRING": "", "CONTENT_TYPE": "", "CONTENT_LENGTH": "0"}
        for name in ("SCRIPT_URL", "REDIRECT_URL", "RAW_URI", "REQUEST_URI"):
            bare.pop(name, None)
        request = ReadableWSGIRequest(bare)
        request.refusal = UnreadableRequest()
    let_probes_in(request)
    return request


def asgi_request(scope: dict[str, Any], body_file: IO[bytes]) -> ASGIRequest:
    """Return the request; an empty one with a ``refusal`` if ``scope`` is invalid."""
    try:
        request: ReadableASGIRequest = ReadableASGIRequest(scope, body_file)
    except Exception as error:
        log.warning("request_unreadable", reason=type(error).__name__)
        headers = [pair for pair in scope.get("headers", []) if pair[0] in _KEPT_HEADERS]
        bare = {**scope, "path": "/", "raw_path": b"/", "root_path": "", "query_string": b"", "headers": headers}
        request = ReadableASGIRequest(bare, BytesIO())
        request.refusal = UnreadableRequest()
    let_probes_in(request)
    return request


def refuse_unreadable(request: HttpRequest) -> None:
    """Raise the request's ``refusal``, if it has one."""
    refusal = getattr(request, "refusal", None)
    if isinstance(refusal, UnreadableRequest):
        raise refusal
