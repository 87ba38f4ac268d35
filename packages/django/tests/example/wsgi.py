"""As the README says."""

from vf_django.wsgi import get_wsgi_application

application = get_wsgi_application()
