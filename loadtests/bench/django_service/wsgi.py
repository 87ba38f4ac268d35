"""The application for gunicorn."""

import structlog
from django.core.wsgi import get_wsgi_application

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))  # no access lines in either variant
application = get_wsgi_application()
