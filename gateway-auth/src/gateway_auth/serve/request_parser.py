"""Which of aiohttp's parsers reads a request: the fast one knows a list of methods, the other one takes any.

Traefik asks with GET. Envoy's ``ext_authz`` asks with the client's method, nginx's ``auth_request`` with what
``proxy_method`` says: PROPFIND, QUERY, or a method that only one service knows. A method is any token (RFC 9110 §9.1).
"""

import re

from aiohttp.http_parser import HttpRequestParser, HttpRequestParserPy

FAST_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT"})

_method = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?: |\Z)").match


def parser_for(data: bytes) -> type[HttpRequestParser] | type[HttpRequestParserPy]:
    """The parser for a request that starts with ``data``; the slower one also if that ends within the method.

    What is no method is left to the fast one, which refuses it at once.
    """
    method = _method(data)
    return HttpRequestParser if method is None or method[1] in FAST_METHODS else HttpRequestParserPy
