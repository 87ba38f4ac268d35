"""Each API on its own host: requests that are rejected at the pages' host are rejected there too."""

from dataclasses import replace

import pytest

from runner import Platform
from tests.security.attack.run import run
from tests.security.attack.situation import Account
from tests.security.attack.tables import browsers, credentials, forged_identity
from tests.security.attack.wire import exchange
from tests.security.conftest import with_account, without_account

TABLES = (*forged_identity.CASES, *credentials.CASES, *browsers.CASES)
HOSTS = {
    "billing": ("/api/billing/summary/", "alice"),
    "inventory": ("/api/inventory/items/?page_size=1", ""),
    "identity": ("/api/profile/", "alice"),
}
"""A protected path, and what its response says about the user."""


@pytest.mark.row(1, 2, 3, 4, 5, 9, 10, 13, 14, 15, 16, 17, 18, 19, 29, 30, 31, 32)
@pytest.mark.parametrize("host", HOSTS)
def test_an_apis_own_host_refuses_what_the_pages_host_refuses(host: str, subdomains: Platform) -> None:
    path, shown = HOSTS[host]
    alice = with_account(without_account(subdomains), "alice")
    there = replace(
        alice,
        authority=f"{host}.{alice.authority}",
        protected=path,
        account=Account(alice.token, shown),
        full=False,  # sign-in has another host
    )
    results = [result for result in run(TABLES, there) if not result.skipped]
    assert len(results) > 200
    assert [(result.case.row, result.case.words, result.fault) for result in results if result.fault] == []


@pytest.mark.row(12)
@pytest.mark.parametrize("host", HOSTS)
def test_an_apis_own_host_serves_nobody_elses_paths(host: str, subdomains: Platform) -> None:
    alice = with_account(without_account(subdomains), "alice")
    there = replace(alice, authority=f"{host}.{alice.authority}")
    for path in (path for name, (path, _) in HOSTS.items() if name != host):
        assert exchange(there.endpoint, there.request(there.bearer, target=path)).status == 404, path
    own = HOSTS[host][0]
    assert exchange(there.endpoint, there.request(there.bearer, target=own)).status == 200
