"""The command ``gateway-auth``."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

import structlog

from vf_runtime import Environment, SettingError, configure_logging

from .check import command as check
from .explain import command as explain
from .serve.supervisor import Supervisor, check_free
from .settings import GatewaySettings, load_settings

log = structlog.get_logger(__name__)

TOOLS = {"explain": explain, "check": check}
"""The commands that serve nothing: each module has ``HELP``, ``add_arguments`` and ``run``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sub-command; the exit status is 2 for a wrong setting or usage."""
    parser = argparse.ArgumentParser(prog="gateway-auth", description="Edge authentication for Traefik's ForwardAuth.")
    parser.add_argument("--version", action="version", version=f"gateway-auth {version('vf-services-gateway')}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve with VF_WORKERS processes until SIGTERM")
    worker = commands.add_parser("worker", help="one of those processes; ends with the one that started it")
    worker.add_argument("--signs-of-life", type=int, metavar="DESCRIPTOR", help="write a byte to it each second")
    for name, tool in TOOLS.items():
        tool.add_arguments(commands.add_parser(name, help=tool.HELP))
    options = parser.parse_args(arguments)
    if options.command in TOOLS:
        status: int = TOOLS[options.command].run(options)
        return status
    try:
        environment = Environment()
        settings = load_settings(environment)
        configure_logging("gateway-auth", production=settings.production, level=settings.log_level)
        if options.command == "serve":
            for found in environment.misspelt():
                log.warning("unknown_variable", variable=found.name, did_you_mean=found.nearest)
            check_free("VF_GATEWAY_BIND", settings.bind)
            check_free("VF_GATEWAY_INTERNAL_BIND", settings.internal_bind)
            return Supervisor(settings.workers).run()
        return _work(settings, supervisor=os.getppid(), signs_of_life=options.signs_of_life)
    except SettingError as error:
        print(f"gateway-auth: {error}", file=sys.stderr)
        return 2


def _work(settings: GatewaySettings, *, supervisor: int, signs_of_life: int | None) -> int:
    from .serve.worker import run_worker  # not needed by a supervisor or a tool, and slow to load

    try:
        _runner().run(run_worker(settings, supervisor=supervisor, signs_of_life=signs_of_life))
    except OSError as error:
        print(
            f"gateway-auth: cannot listen: {error.strerror}; see VF_GATEWAY_BIND, VF_GATEWAY_INTERNAL_BIND",
            file=sys.stderr,
        )
        return 1
    return 0


def _runner() -> "asyncio.Runner":
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


if __name__ == "__main__":
    sys.exit(main())
