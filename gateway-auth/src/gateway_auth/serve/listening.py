"""Whether an address can be listened on, asked once before any worker does.

The workers share their ports by ``SO_REUSEPORT``, which would as gladly share them with a gateway that was
started before and forgotten: half of the requests would be decided by its settings.
"""

import socket

from vf_runtime import SettingError

from ..settings import Address


def check_free(variable: str, address: Address) -> None:
    """Raises :class:`SettingError` naming ``variable`` if ``address`` is taken or not one of this machine's."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise SettingError(
            f"{variable} is '{address.host}:{address.port}': it must be a free address ({error.strerror})"
        ) from error
