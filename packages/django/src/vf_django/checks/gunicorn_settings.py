"""gunicorn's effective settings, read by gunicorn's own code."""

from dataclasses import dataclass


class Unreadable(Exception):
    """The configuration does not load."""


@dataclass(frozen=True, slots=True)
class GunicornSettings:
    """The two settings that edge trust depends on."""

    forwarder_headers: tuple[str, ...]
    header_map: str


def read(location: str | None) -> GunicornSettings:
    """Return the settings of a configuration (``python:module`` or a path), overridden by ``GUNICORN_CMD_ARGS``.

    Raises :class:`ImportError` without gunicorn and :class:`Unreadable` for a configuration that does not load.
    """
    from gunicorn.app.base import Application  # type: ignore[import-untyped]

    class Reader(Application):  # type: ignore[misc]
        """A gunicorn application that loads a configuration and runs nothing."""

        def __init__(self) -> None:
            self.usage, self.prog = None, None
            self.load_default_config()

    reader = Reader()
    arguments = reader.cfg.parser().parse_args(reader.cfg.get_cmd_args_from_env())
    try:
        if location := arguments.config or location:
            reader.load_config_from_module_name_or_filename(location)
    except (Exception, SystemExit) as error:
        raise Unreadable(f"{location} does not load") from error
    for name, value in vars(arguments).items():
        if value is not None and name in reader.cfg.settings and name != "config":
            reader.cfg.set(name, value)
    return GunicornSettings(tuple(reader.cfg.forwarder_headers), reader.cfg.header_map)
