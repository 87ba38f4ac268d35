import pytest
from django.test import Client

from vf_django.testing import as_user


@pytest.fixture
def anonymous() -> Client:
    return Client()


@pytest.fixture
def alice() -> Client:
    return as_user(Client(), username="alice", email="alice@example.test", roles=("customer",))


@pytest.fixture
def operator() -> Client:
    return as_user(Client(), username="olga", roles=("operator",))
