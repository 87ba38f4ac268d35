"""The relay container's health check, as the process that it is."""

import os
import subprocess
import sys
from pathlib import Path

from identity_provider.revocations.redis_connection import connect
from identity_provider.revocations.stream import RevocationStream
from tests.servers import free_port

from vf_runtime import RedisAddress


def probe(url):
    return subprocess.run(
        [sys.executable, "-m", "identity_provider.revocations.probe"],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"], "VF_REDIS_URL": url},
        capture_output=True,
        text=True,
    )


def test_the_probe_succeeds_once_the_stream_is_complete(valkey):
    url = f"redis://127.0.0.1:{valkey.port}/0"
    client = connect(RedisAddress(url))
    client.flushall()
    assert (probe(url).returncode, probe(url).stderr) == (1, "Redis does not have every live revocation yet\n")
    stream = RevocationStream(client)
    stream.begin()
    assert probe(url).returncode == 1
    stream.declare_complete("another run")
    assert probe(url).returncode == 1
    stream.declare_complete(stream.server_run())
    assert (probe(url).returncode, probe(url).stderr) == (0, "")


def test_the_probe_says_that_redis_does_not_answer():
    answer = probe(f"redis://127.0.0.1:{free_port()}/0")
    assert (answer.returncode, answer.stderr) == (1, "Redis does not respond (ConnectionError)\n")
