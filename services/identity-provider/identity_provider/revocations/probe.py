"""``python -m identity_provider.revocations.probe``: the health check of the relay's container.

The exit status is 0 if Redis contains every live revocation. Django is not loaded, because the check runs every few
seconds.
"""

import sys

from redis import RedisError
from vf_runtime import Environment, parse_redis_address

from .redis_connection import connect
from .stream import RevocationStream


def main() -> int:
    """Query Redis, and report a problem on standard error."""
    address = parse_redis_address("VF_REDIS_URL", Environment().address("VF_REDIS_URL"))
    try:
        stream = RevocationStream(connect(address))
        complete = stream.is_declared_complete(stream.server_run())
    except RedisError as error:
        print(f"Redis does not respond ({type(error).__name__})", file=sys.stderr)
        return 1
    if not complete:
        print("Redis does not have every live revocation yet", file=sys.stderr)
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
