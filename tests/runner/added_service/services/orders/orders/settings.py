"""A minimal service: no database, one URL, one variable."""

from pathlib import Path

from vf_service.settings import CHECKS_OF_THE_EDGE, ServiceSettings

service = ServiceSettings.from_environment("orders", Path(__file__).resolve().parent.parent, has_database=False)

SECRET_KEY = service.secret_key
DEBUG = service.debug
ALLOWED_HOSTS = service.allowed_hosts
INSTALLED_APPS = service.base_installed_apps
MIDDLEWARE = service.base_middleware
ROOT_URLCONF = "orders.urls"
WSGI_APPLICATION = "orders.wsgi.application"
DATABASES = service.databases
VF_READINESS = []  # there is no database
VF_PRODUCTION = service.production
VF_GUNICORN_CONFIG = "python:vf_service.gunicorn_conf"
VF_EDGE = service.edge
VF_DIRECT = service.direct
REST_FRAMEWORK = service.rest_framework
GREETING = service.environment.text("VF_ORDERS_GREETING", "hello")
USE_TZ = True
SILENCED_SYSTEM_CHECKS = CHECKS_OF_THE_EDGE
LOGGING_CONFIG = None
service.configure_logging()
