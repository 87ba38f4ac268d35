"""Development needs no command before its first start, nor after another algorithm was chosen."""

import time

import pytest
from identity_provider import startup
from identity_provider.signing.key_ring import key_ring


@pytest.fixture
def folder(configure, tmp_path):
    configure(signing={"keys_dir": tmp_path / "keys"})
    return tmp_path / "keys"


def test_a_first_start_makes_a_key_and_a_second_keeps_it(folder):
    startup.check()
    made = list(folder.glob("*.pem"))
    startup.check()
    assert list(folder.glob("*.pem")) == made
    assert len(made) == 1


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_a_folder_with_keys_of_another_algorithm_gets_one_of_the_chosen(folder, configure, algorithm):
    folder.mkdir()
    (folder / "notes.pem").write_text("no key")
    configure(signing={"algorithm": algorithm})
    startup.check()
    assert key_ring().signer(time.time()).algorithm == algorithm
