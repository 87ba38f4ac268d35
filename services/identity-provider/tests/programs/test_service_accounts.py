"""Service accounts: made by a command, with two secrets that overlap, and tokens that the edge understands."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from identity_provider.programs import services
from identity_provider.programs.models import ClientSecret, ServiceAccount
from identity_provider.programs.secret_form import CLIENT, new_secret
from identity_provider.revocations.models import Revocation
from identity_provider.signing.access_tokens import read_own_token
from tests.programs.conftest import FORM, TOKEN
from tests.programs.test_token_endpoint import basic

pytestmark = pytest.mark.django_db(transaction=True)


def command(*words):
    out = io.StringIO()
    call_command("service_account", *words, stdout=out)
    return out.getvalue()


def made(*words):
    return re.fullmatch(r"client_id=(svc_[0-9a-f]{24})\nclient_secret=(vfs_\w{46})\n", command(*words)).groups()


def test_the_command_creates_an_account_whose_tokens_have_its_roles(client_credentials):
    client_id, secret = made("create", "nightly-report", "--role", "operator", "--role", "customer")
    response = client_credentials(client_id, secret)
    assert response.json()["scope"] == "operator customer"
    assert "issued_token_type" not in response.json()
    identity = read_own_token(response.json()["access_token"].encode(), now=timezone.now()).identity
    assert (identity.user_id, identity.username, identity.email) == (client_id, "nightly-report@service", "")
    assert identity.roles == ("operator", "customer")
    assert identity.session_id == ClientSecret.objects.get().pk
    narrow = client_credentials(client_id, secret, scope="customer")
    assert narrow.json()["scope"] == "customer"
    assert client_credentials(client_id, secret, scope="admin").json()["error"] == "invalid_scope"


def test_basic_authentication_works_too(client, service_account):
    new = service_account()
    answer = client.post(TOKEN, "grant_type=client_credentials", content_type=FORM, **basic(new.account.pk, new.secret))
    assert answer.json()["scope"] == "operator"


def test_an_exchange_makes_two_statements_in_a_transaction(
    service_account, client_credentials, django_assert_num_queries
):
    new = service_account()
    client_credentials(new.account.pk, new.secret)
    with django_assert_num_queries(4):
        assert client_credentials(new.account.pk, new.secret).status_code == 200


def test_an_unknown_client_costs_the_statements_of_a_wrong_secret(service_account, client_credentials):
    new, wrong = service_account(), new_secret(CLIENT)
    with CaptureQueriesContext(connection) as known:
        assert client_credentials(new.account.pk, wrong).status_code == 401
    with CaptureQueriesContext(connection) as unknown:
        assert client_credentials("svc_" + "0" * 24, wrong).status_code == 401
    assert len(known) == len(unknown)


def test_two_secrets_overlap_and_a_third_ends_the_first(service_account, client_credentials):
    first = service_account()
    client_id = first.account.pk
    _, second = made("rotate", "nightly-report", "--overlap", "1")
    assert [client_credentials(client_id, secret).status_code for secret in (first.secret, second)] == [200, 200]
    _, third = made("rotate", client_id)
    answers = [client_credentials(client_id, secret).status_code for secret in (first.secret, second, third)]
    assert answers == [401, 200, 200]
    assert [entry.subject for entry in Revocation.objects.all()] == [first.stored.pk]
    ClientSecret.objects.filter(expires_at__isnull=False, revoked_at=None).update(expires_at=timezone.now())
    assert [client_credentials(client_id, secret).status_code for secret in (second, third)] == [401, 200]


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(service_account, client_credentials):
    first = service_account()
    services.rotate_secret(account=first.account, overlap=timedelta(), now=timezone.now())
    assert client_credentials(first.account.pk, first.secret).status_code == 401
    assert Revocation.objects.get().subject == first.stored.pk


def test_a_secret_is_revoked_alone(service_account, client_credentials):
    first = service_account()
    _, second = made("rotate", "nightly-report")
    command("revoke-secret", "nightly-report", first.stored.pk)
    assert client_credentials(first.account.pk, first.secret).status_code == 401
    assert client_credentials(first.account.pk, second).status_code == 200
    with pytest.raises(CommandError, match="no such secret"):
        command("revoke-secret", "nightly-report", first.stored.pk)


def test_a_disabled_account_is_out_at_once_and_back_when_it_is_enabled(service_account, client_credentials):
    new = service_account()
    issued = token(client_credentials(new.account.pk, new.secret))
    command("set", "nightly-report", "--disable")
    entry = Revocation.objects.get()
    assert (entry.kind, entry.subject) == ("sub", new.account.pk)
    assert entry.not_before >= issued.issued_at
    assert client_credentials(new.account.pk, new.secret).status_code == 401
    command("set", "nightly-report", "--enable")
    assert token(client_credentials(new.account.pk, new.secret)).issued_at > entry.not_before


def test_new_roles_revoke_and_are_in_the_next_token(service_account, client_credentials):
    new = service_account()
    command("set", "nightly-report", "--roles", "customer")
    assert Revocation.objects.get().kind == "sub"
    assert client_credentials(new.account.pk, new.secret).json()["scope"] == "customer"


def test_repeated_changes_do_not_move_the_time_of_revocation_ahead_of_every_clock(service_account):
    account = service_account().account
    for _ in range(30):
        services.set_service_account_roles(account=account, roles=["customer"])
    ahead = ServiceAccount.objects.get().tokens_not_before - timezone.now().timestamp()
    assert ahead <= services.MOST_AHEAD


def token(response):
    return read_own_token(response.json()["access_token"].encode(), now=timezone.now())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "Nightly"), "begin with a letter"),
        (("create", "a@service"), "begin with a letter"),
        (("create", "x\n"), "begin with a letter"),
        (("create", "x", "--role", "operater"), "operater is not a role of this platform. Did you mean operator?"),
        (("create", "nightly-report"), "already exists"),
        (("set", "nightly-report", "--roles", "operater"), "operater is not a role"),
        (("set", "other", "--disable"), "No such service account"),
        (("rotate", "nightly-report", "--overlap", "-1"), "--overlap must be"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(service_account, words, told):
    service_account()
    with pytest.raises(CommandError, match=re.escape(told)) as refusal:
        command(*words)
    assert "\n" not in str(refusal.value)


def test_the_list_shows_no_secret(service_account):
    new = service_account()
    shown = command("list")
    assert f"{new.account.pk} nightly-report active roles: operator" in shown
    assert f"{new.stored.pk} {new.secret[:8]}… last used never" in shown
    assert new.secret not in shown
