"""As ``django-admin startproject`` leaves it. A check that imported it would end the process."""

from django.core.wsgi import get_wsgi_application

raise SystemExit("a check must not start the service")
application = get_wsgi_application()
