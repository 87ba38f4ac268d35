"""``gunicorn -c python:vf_service.gunicorn_conf identity_provider.wsgi:application``."""

import os

from vf_django.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_provider.settings")
application = get_wsgi_application()

from .startup import stop_unless_ready  # noqa: E402 (needs the apps)

stop_unless_ready()
