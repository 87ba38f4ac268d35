"""Variables that a component reads, with their defaults: its real settings, loaded in a separate process."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "identity-provider": ROOT / "services/identity-provider",
    "revocation-relay": ROOT / "services/identity-provider",
    "billing": ROOT / "services/billing",
    "inventory": ROOT / "services/inventory",
    "website": ROOT / "website",
}


def asked_by(part: str, folder: Path, **mode: str) -> dict[str, object]:
    """Return every name that ``part`` reads in that mode, with its default."""
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **mode}
    if part == "gateway-auth":
        from vf_tokens import generate_pem

        variables = {"VF_ASSERTION_KEY": generate_pem().decode(), **variables}
    ended = subprocess.run(
        [sys.executable, __file__, part], cwd=FOLDERS.get(part, folder), env=variables, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout)
    return found


def main(part: str) -> None:
    """Load the component's settings in the separate process, and print the names."""
    asked = _record()
    if part == "gateway-auth":
        from gateway_auth.settings import load_settings
        from vf_runtime import Environment

        load_settings(Environment())
    elif part == "runner":
        from runner.settings import Settings
        from runner.traefik_config import local_static_configuration

        local_static_configuration(Settings.from_environment())
    elif part == "init":
        _prepare_containers()
    else:
        _load_django_part(part)
    print(json.dumps(asked))


def _load_django_part(part: str) -> None:
    import importlib

    sys.path.insert(0, str(Path.cwd()))
    package = "identity_provider" if part == "revocation-relay" else part.replace("-", "_")
    importlib.import_module(f"{package}.settings")
    if part == "revocation-relay":
        return
    from vf_service import gunicorn_conf

    assert gunicorn_conf.bind


def _prepare_containers() -> None:
    import tempfile

    from deploy.prepare import containers
    from deploy.prepare.services import discover
    from vf_runtime import Environment

    owners = dict.fromkeys(containers.users(discover()), os.getuid())
    containers.users, containers.USERS = (lambda _: owners), owners
    with tempfile.TemporaryDirectory() as folder:
        containers.prepare(Environment(), discover(), secrets=Path(folder) / "secrets", tls=Path(folder) / "tls")
        containers.write_traefik_configuration(os.environ, discover(), Path(folder) / "traefik")


def _record() -> dict[str, object]:
    """Make every method of :class:`Environment` record the name and the default."""
    from vf_runtime import Environment

    asked: dict[str, object] = {}

    def noting(method: object) -> object:
        signature = inspect.signature(method)  # type: ignore[arg-type]

        def read(self: Environment, *arguments: object, **more: object) -> object:
            bound = signature.bind(self, *arguments, **more)
            bound.apply_defaults()
            default = bound.arguments.get("default")
            name = str(bound.arguments["name"])
            # Components also build settings from an empty mapping, which reads no environment variable.
            if self._variables is os.environ and asked.get(name) is None:
                asked[name] = list(default) if isinstance(default, tuple) else default
            return method(self, *arguments, **more)  # type: ignore[operator]

        return read

    for name, member in list(vars(Environment).items()):
        if inspect.isfunction(member) and "name" in inspect.signature(member).parameters and name != "refuse_known":
            setattr(Environment, name, noting(member))
    return asked


if __name__ == "__main__":
    main(sys.argv[1])
