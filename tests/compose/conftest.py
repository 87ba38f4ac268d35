"""The compose file's tests: what it says is checked with the others, running it needs a container engine."""

collect_ignore = ["test_containers.py"]  # `make compose-test` names it
