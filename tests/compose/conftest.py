"""Tests of the compose file. Reading it is part of the normal tests; running it needs a container engine."""

collect_ignore = ["test_containers.py"]  # only `make compose-test` runs it
