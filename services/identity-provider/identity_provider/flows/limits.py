"""Limits on emails that anyone can request. Known and unknown addresses count alike.

Counters of the address alone are much higher than those of the address and the network. Otherwise, anyone could stop
the owner of an address from resetting the password.
"""

from datetime import datetime, timedelta

from ..accounts.names import email_key
from ..signin.limits import Limit, record_request
from .errors import TooManyMails

ADDRESS_AND_NETWORK = Limit(5, timedelta(hours=1))
NETWORK = Limit(60, timedelta(hours=1))
ADDRESS = Limit(30, timedelta(hours=1))


def record_mail(email: str, network: str, *, now: datetime) -> None:
    """Count a requested email. Raises :class:`TooManyMails`."""
    address = email_key(email)
    counts = (
        ("mail_to_address_from_network", ADDRESS_AND_NETWORK, (address, network)),
        ("mail_from_network", NETWORK, (network,)),
        ("mail_to_address", ADDRESS, (address,)),
    )
    for kind, limit, parts in counts:  # a rejected request counts no further: it must not use up the owner's count
        if wait := record_request(kind, limit, *parts, now=now):
            raise TooManyMails(wait)
