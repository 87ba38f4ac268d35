"""A real OpenID Connect provider to sign in with, as its own process: django-allauth's ``idp.oidc``.

Run: ``upstream.py FOLDER PORT ISSUER REDIRECT_URI…``. ``GET /be/<username>/`` signs the browser in there.
"""

import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CLIENT_ID, CLIENT_SECRET = "vf-services", "the secret of a client"
ADDRESSES = {
    "vera": ("vera@example.test", True),
    "ulf": ("ulf@example.test", False),
    "alice": ("alice@example.test", True),
    "noname": ("", False),
}


def configure(folder: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    settings.configure(
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "upstream.sqlite3")}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="x" * 50,
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        IDP_OIDC_ADAPTER=f"{__name__}.Adapter",
        USE_TZ=True,
    )
    django.setup()


def fill(redirect_uris: list[str]) -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    client = Client(id=CLIENT_ID, name="VF Services", skip_consent=True)
    client.set_secret(CLIENT_SECRET)
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris(redirect_uris)
    client.save()
    for name, (address, verified) in ADDRESSES.items():
        user = User.objects.create_user(name, address)
        if address:
            EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments) -> None:
        pass


if __name__ == "__main__":
    configure(Path(sys.argv[1]))

    from allauth.idp.oidc.adapter import DefaultOIDCAdapter
    from django.http import HttpResponse
    from django.urls import include, path

    class Adapter(DefaultOIDCAdapter):
        def get_issuer(self) -> str:
            return sys.argv[3]

    def be(request, name):
        from django.contrib.auth import login
        from django.contrib.auth.models import User

        user = User.objects.get(username=name)
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return HttpResponse()

    urlpatterns = [
        path("be/<str:name>/", be),
        path("", include("allauth.idp.urls")),
        path("accounts/", include("allauth.account.urls")),
    ]

    fill(sys.argv[4:])
    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", int(sys.argv[2]), get_wsgi_application(), Server, Quiet).serve_forever()
