"""The static Traefik configuration for this machine: the containers' file with five URLs and paths of the local run.

All other files of traefik/ are used where they are.
"""

from deploy.prepare.traefik_static import replaced, static_configuration

from .settings import LOOPBACK, Settings


def local_static_configuration(settings: Settings) -> str:
    """Return the text of traefik/traefik.yml for this machine. Raises :class:`SettingError` for an invalid timeout."""
    ports = settings.ports
    return replaced(
        static_configuration(settings.root, settings.variables),
        {
            'address: ":8000"': f'address: "{LOOPBACK}:{ports.http}"',
            'address: ":8443"': f'address: "{LOOPBACK}:{ports.https}"',
            'address: ":8082"': f'address: "{LOOPBACK}:{ports.traefik_internal}"',
            "directory: /etc/traefik/dynamic": f"directory: {settings.root / 'traefik' / 'dynamic'}",
            "endpoint: http://gateway-auth:8001/": f"endpoint: {settings.url(ports.gateway_internal)}/",
        },
    )
