"""The application for gunicorn."""

import os

from vf_django.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orders.settings")
application = get_wsgi_application()
