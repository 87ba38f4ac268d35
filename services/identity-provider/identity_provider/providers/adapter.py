"""What allauth asks about providers: those of ``VF_PROVIDERS_FILE``, with fixed redirect URIs and stricter checks."""

import time
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.provider import Provider as ProviderClient
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

from ..configuration import current
from .settings import Provider


class ProvidersAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """``SOCIALACCOUNT_ADAPTER``."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers of the file. The database has none."""
        return [_app(each) for each in current().providers if provider in (None, each.id)]


METADATA_LASTS = 300.0
"""Seconds for which a provider's metadata is used again. Otherwise, each click would cost the provider a request."""

_metadata: dict[str, tuple[float, dict[str, Any]]] = {}


class _OpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    callback_url = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's metadata, which must be of the issuer (OpenID Connect Discovery §4.3)."""
        issuer = current().providers.by_id[self.provider_id].issuer
        known = _metadata.get(issuer)
        if known is None or known[0] < time.monotonic():
            config: dict[str, Any] = super().openid_config
            if config.get("issuer") != issuer:
                raise ProviderException("The metadata is of another issuer.")
            known = _metadata[issuer] = (time.monotonic() + METADATA_LASTS, config)
        return known[1]

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Return who signed in: the claims must be of one subject (OpenID Connect Core 1.0 §5.3.2)."""
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        if "id_token" not in data or data["userinfo"].get("sub") != data["id_token"].get("sub"):
            raise ProviderException("The ID token and the user information are of different subjects.")
        return login

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return self.callback_url


class _GitHub(GitHubOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    callback_url = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return self.callback_url


def client_of(request: HttpRequest, provider: Provider, *, callback_url: str) -> tuple[ProviderClient, OAuth2Adapter]:
    """Return allauth's two objects for a provider."""
    client = ProvidersAdapter(request).get_provider(request, provider=provider.id)
    adapter = _GitHub(request) if provider.kind == "github" else _OpenIDConnect(request, provider.id)
    adapter.callback_url = callback_url
    client.get_oauth2_adapter = lambda request: adapter
    adapter.get_provider = lambda: client
    return client, adapter


def _app(provider: Provider) -> SocialApp:
    settings: dict[str, Any] = {"oauth_pkce_enabled": True}
    if provider.kind == "openid_connect":
        settings["server_url"] = provider.issuer.rstrip("/")
    else:
        settings["scope"] = ["read:user", "user:email"]
    return SocialApp(
        provider=provider.kind,
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.client_secret,
        settings=settings,
    )
