"""Django settings of billing. The environment provides every value that differs between deployments."""

from pathlib import Path

from vf_edge import cors
from vf_service import openapi
from vf_service.settings import CHECKS_OF_THE_EDGE, ServiceSettings

BASE_DIR = Path(__file__).resolve().parent.parent
service = ServiceSettings.from_environment("billing", BASE_DIR)

SECRET_KEY = service.secret_key
DEBUG = service.debug
ALLOWED_HOSTS = service.allowed_hosts
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # set by Traefik, which removes a client's own

INSTALLED_APPS = [*service.base_installed_apps, "billing.ledger"]
MIDDLEWARE = service.base_middleware
ROOT_URLCONF = "billing.urls"
WSGI_APPLICATION = "billing.wsgi.application"

DATABASES = service.databases
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VF_PRODUCTION = service.production
VF_GUNICORN_CONFIG = "python:vf_service.gunicorn_conf"  # for `check --deploy`
VF_EDGE = service.edge
VF_DIRECT = service.direct
CORS_ALLOWED_ORIGINS = service.cors_allowed_origins
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = cors.METHODS
CORS_ALLOW_HEADERS = service.cors_headers.allowed
CORS_EXPOSE_HEADERS = service.cors_headers.exposed

REST_FRAMEWORK = service.rest_framework
SPECTACULAR_SETTINGS = {
    **openapi.SETTINGS,
    "TITLE": "Billing",
    "DESCRIPTION": "Balance and transactions of the signed-in user.",
    "VERSION": "1.0.0",
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

SILENCED_SYSTEM_CHECKS = CHECKS_OF_THE_EDGE

LOGGING_CONFIG = None
service.configure_logging()
