"""One download of a key set, and why it failed, in words that say where to look."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from vf_tokens import UnusableKey

_ACCEPT = {"Accept": "application/jwk-set+json, application/json"}  # RFC 7517 §8.5, and what most issuers say
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Why a key set could not be had."""

    code: str
    """Stable: ``dns``, ``tls``, ``connection``, ``timeout``, ``status``, ``redirect``, ``broken_answer``,
    ``invalid_url``, ``too_long``, ``not_json``, ``not_a_key_set``, ``no_usable_key``, ``repeated_key_id``."""
    words: str
    """For a person: no part of the answer but its status, the host of a redirect and the kinds of keys."""


async def download(url: str, *, seconds: float, most_bytes: int) -> bytes:
    """The document at ``url``. Raises what :func:`failure_of` explains."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
        session.get(url, allow_redirects=False, headers=_ACCEPT) as answer,
    ):
        if answer.status in _REDIRECTS:
            raise UnusableKey(
                f"the server redirects ({answer.status}{_host(answer.headers.get('Location', ''))}), and redirects are "
                "not followed: name the URL of the key set itself",
                "redirect",
            )
        if answer.status != 200:
            raise UnusableKey(f"the server answered {answer.status} instead of 200", "status")
        document = await answer.content.read(most_bytes + 1)
        while not answer.content.at_eof() and len(document) <= most_bytes:
            document += await answer.content.read(most_bytes + 1 - len(document))
        if len(document) > most_bytes:
            raise UnusableKey(f"the document is longer than {most_bytes} bytes", "too_long")
        return document


def failure_of(error: Exception, url: str, *, seconds: float) -> FetchFailure:
    """What went wrong. The order matters: aiohttp's later classes include its earlier ones."""
    host = urlsplit(url).hostname or url
    match error:
        case UnusableKey():
            return FetchFailure(error.code, str(error))
        case TimeoutError():
            return FetchFailure("timeout", f"{host} did not answer within {seconds:g} s")
        case aiohttp.ClientConnectorDNSError():
            return FetchFailure("dns", f"the name {host} could not be resolved (DNS)")
        case aiohttp.ClientConnectorCertificateError():
            return FetchFailure("tls", f"the TLS certificate of {host} is not valid ({_tls_reason(error)})")
        case aiohttp.ClientSSLError():
            return FetchFailure("tls", f"there is no TLS with {host} ({_tls_reason(error)}): is it an http:// URL?")
        case aiohttp.ClientConnectorError():
            return FetchFailure("connection", f"no connection to {host} ({error.os_error.strerror or 'refused'})")
        case aiohttp.InvalidURL():
            return FetchFailure("invalid_url", "the URL is not valid")
    return FetchFailure("broken_answer", f"{host} gave no whole HTTP answer ({type(error).__name__})")


def _tls_reason(error: Exception) -> str:
    """OpenSSL's own short words, such as "self-signed certificate"."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
    words = getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or type(cause).__name__
    return str(words)[:120]


def _host(location: str) -> str:
    try:
        host = urlsplit(location).netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return f" to {host[:100]}" if host.isascii() and host.isprintable() and host else ""
