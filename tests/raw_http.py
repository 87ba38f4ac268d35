"""HTTP requests byte for byte, which a client library would normalize."""

import socket


def exchange(port: int, request: bytes, *, timeout: float = 5) -> bytes:
    """Return everything that the server sends until it closes or is silent."""
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
    """Send ``GET target`` exactly as written, with these header lines."""
    head = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    return exchange(port, head.encode() + headers + b"\r\n")


def status_of(port: int, target: str, *, host: str) -> int:
    """Return only the status."""
    return int(get(port, target, host=host).split(b" ", 2)[1])
