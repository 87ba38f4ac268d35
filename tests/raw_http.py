"""Requests byte for byte, for those that a client library would tidy up."""

import socket


def exchange(port: int, request: bytes, *, timeout: float = 5) -> bytes:
    """Everything that comes back until the server closes or is silent."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        try:
            while part := connection.recv(65536):
                answer += part
        except (TimeoutError, ConnectionResetError):
            pass
    return answer


def get(port: int, target: str, *, host: str, headers: bytes = b"") -> bytes:
    """``GET target`` exactly as written, with these header lines."""
    head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    return exchange(port, head.encode() + headers + b"\r\n")


def status_of(port: int, target: str, *, host: str) -> int:
    """The status alone."""
    return int(get(port, target, host=host).split(b" ", 2)[1])
