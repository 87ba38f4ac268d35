"""``/.well-known/jwks.json`` and ``manage.py rotate_signing_key``."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from identity_provider.signing.key_ring import KeyRing

from vf_tokens import parse_key_set

KEY_SET = "/.well-known/jwks.json"


def test_the_published_set_verifies_and_may_be_kept_a_minute(client):
    response = client.get(KEY_SET)
    assert len(parse_key_set(response.content)) == 1
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Content-Type"] == "application/jwk-set+json"


def test_no_private_member_is_published(client):
    [key] = client.get(KEY_SET).json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_no_database_is_needed_for_it(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(KEY_SET)


def test_a_rotation_publishes_a_key_beside_the_old_one(configure, tmp_path, settings):
    configure(signing={"keys_dir": tmp_path / "new"})
    output = StringIO()
    call_command("rotate_signing_key", stdout=output)
    call_command("rotate_signing_key", "--if-none", stdout=output)
    assert len(KeyRing(settings.VF_IDENTITY.signing).keys().verification) == 1
    assert "signs from" in output.getvalue()


def test_with_a_shared_secret_there_is_nothing_to_rotate(configure):
    configure(signing={"algorithm": "HS256", "shared_secret": "s" * 32})
    with pytest.raises(CommandError, match="VF_JWT_SECRET"):
        call_command("rotate_signing_key")


def test_a_folder_that_cannot_be_written_is_named(configure, tmp_path):
    (tmp_path / "file").touch()
    configure(signing={"keys_dir": tmp_path / "file"})
    with pytest.raises(CommandError, match="VF_SIGNING_KEYS_DIR"):
        call_command("rotate_signing_key")
