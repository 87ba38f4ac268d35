"""Personal access tokens of the demo accounts: one for each account and process, which all simulated programs share."""

from typing import Any
from urllib.parse import urlencode

from gevent.lock import BoundedSemaphore
from locust.exception import RescheduleTask

from .person import ACCOUNTS, Person

_TOKENS = "/api/auth/tokens/"
_NAME = "Load test"
_KEPT = 10
"""Tokens of other runs that stay: those of parallel processes are among the newest."""

_made: dict[str, str] = {}
_making = BoundedSemaphore(1)


def access_token(person: Person, account: int) -> str:
    """Exchange the personal access token of one of the accounts, which is created first if there is none yet."""
    name, password = ACCOUNTS[account]
    with _making:
        if name not in _made:
            _made[name] = _create(person, name, password)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": _made[name],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }
    headers = person.headers({"Content-Type": "application/x-www-form-urlencoded"})
    answer = person.client.post("/api/auth/token/", data=urlencode(form), headers=headers, name="exchange a token")
    if answer.status_code != 200:
        raise RescheduleTask
    return str(answer.json()["access_token"])


def _create(person: Person, name: str, password: str) -> str:
    """Sign in, create a token with the account's roles for a day, and forget the cookies."""
    roles = person.sign_in((name, password))["roles"]
    mine = person.client.get(_TOKENS, headers=person.headers(), name="list tokens").json()
    for old in [token for token in mine if token["name"] == _NAME][_KEPT:]:
        person.client.delete(f"{_TOKENS}{old['id']}/", headers=person.headers(), name="revoke a token")
    body: dict[str, Any] = {"name": _NAME, "scopes": roles, "expires_in_days": 1}
    answer = person.client.post(_TOKENS, json=body, headers=person.headers(), name="create a token")
    person.client.cookiejar.clear()
    if answer.status_code != 201:
        raise RescheduleTask
    return str(answer.json()["token"])
