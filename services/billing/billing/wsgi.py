"""The application for gunicorn: ``gunicorn -c python:vf_service.gunicorn_conf billing.wsgi:application``."""

import os

from vf_django.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing.settings")
application = get_wsgi_application()
