"""The application for gunicorn: ``website.wsgi:application``."""

import os

from vf_django.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings")

application = get_wsgi_application()
