"""Endpoints to sign in with another provider, and to connect one."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.signup import complete_signup, prevent_enumeration
from allauth.account.models import Login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from vf_edge.redirects import safe_next
from vf_service.caching import PUBLIC

from .. import audit
from ..accounts.errors import NoAccount
from ..accounts.models import User
from ..configuration import current
from ..flows.endpoints import AccountEndpoint, FlowEndpoint, begun_or_next_step
from ..flows.errors import StepRequired
from ..flows.flow import Flow
from ..flows.limits import record_mail
from ..signin import known_browser_cookie, limits
from ..signin.apis import SignInEndpoint
from ..signin.authentication import OTHER_PROVIDER
from ..signin.client import Client
from ..signin.client_key import ClientKeyField, digest
from ..signin.continuation import login_page
from ..signin.cookies import Others, set_sign_in_cookies
from ..signin.errors import InvalidCredentials, TooManyAttempts
from ..signin.models import Session
from . import handshake, services
from .errors import EmailInUse, ProviderRefused, ProviderUnavailable
from .settings import Provider

LOGIN, CONNECT = "login", "connect"
SECURITY_PAGE = "/accounts/security/"


class URLSerializer(serializers.Serializer[Any]):
    """Where the browser goes next."""

    url = serializers.URLField(help_text="The provider's page that asks the user.")


class ProviderSerializer(serializers.Serializer[Any]):
    """A provider."""

    id = serializers.CharField()
    name = serializers.CharField()


class ProviderListApi(SignInEndpoint):
    """``GET /api/auth/providers/``."""

    @extend_schema(auth=[], responses=ProviderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the providers that you can sign in with."""
        providers = ProviderSerializer(list(current().providers), many=True).data
        return Response(providers, headers={"Cache-Control": PUBLIC})


class ProviderBeginApi(FlowEndpoint):
    """``POST /api/auth/flow/provider/<provider_id>/``."""

    begins = True
    in_transaction = False  # waits for the provider

    class BeginSerializer(serializers.Serializer[Any]):
        """What happens after the sign-in."""

        next = serializers.CharField(max_length=2048, default="", allow_blank=True, help_text="The page to return to.")
        remember_me = serializers.BooleanField(default=False)
        client_key = ClientKeyField()

    @extend_schema(auth=[], request=BeginSerializer, responses=URLSerializer)
    def post(self, request: Request, provider_id: str) -> Response:
        """Begin a sign-in with another provider: redirect the browser to `url`."""
        serializer = self.BeginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given, http, flow = serializer.validated_data, request._request, self.flow(request)
        provider = _provider(provider_id)
        if wait := limits.record_request("provider", limits.PROVIDERS, flow.client.network, now=flow.now):
            raise TooManyAttempts(wait, reason="provider")
        flow.keep(remember=given["remember_me"], client_key_digest=digest(given["client_key"]), method=OTHER_PROVIDER)
        target = safe_next(given["next"], base_domain=current().base_domain)
        url = handshake.begin(
            http, provider, callback_url=_login_callback(http, provider), process=LOGIN, next_url=target
        )
        flow.state = http.session  # type: ignore[assignment]  # allauth has replaced it
        return Response({"url": url})


class ProviderCallbackApi(FlowEndpoint):
    """``GET /api/auth/flow/provider/<provider_id>/callback/``: a page load, so it always redirects."""

    in_transaction = False  # waits for the provider
    permission_classes: list[Any] = []
    """The provider's page leads here, so the request is cross-site. ``state`` is the protection (RFC 6749 §10.12)."""
    target = "/"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take ``state`` out of the flow, so that it works once."""
        http = request._request
        with transaction.atomic():
            super().initial(request, *args, **kwargs)
            self.taken = handshake.take_state(http, _provider(kwargs["provider_id"]), process=LOGIN)
            self.target = (self.taken.get("data") or {}).get(handshake.NEXT) or "/"
        Flow.of(http).state = http.session  # type: ignore[assignment]  # allauth has replaced it

    @extend_schema(auth=[], responses={302: OpenApiResponse(description="To `next`, or to the sign-in page.")})
    def get(self, request: Request, provider_id: str) -> HttpResponseBase:
        """Complete the sign-in, and return to the page that it began on."""
        http, flow = request._request, self.flow(request)
        provider = _provider(provider_id)
        login = handshake.complete(http, provider, self.taken, callback_url=_login_callback(http, provider))
        address = services.best_address(login)
        unproven = "" if address is None or address.verified else address.email
        if unproven and services.find_connected_user(login) is None:
            record_mail(unproven, flow.client.network, now=flow.now)
        with transaction.atomic():
            self._sign_in(http, flow, login, unproven)
        response = HttpResponseRedirect(self.target)
        begun = begun_or_next_step(http)
        set_sign_in_cookies(response, http, begun, others=Others(http, from_number=1))
        known_browser_cookie.remember(response, http, flow.browser, user=begun.user, now=flow.now)
        response["Cache-Control"] = "no-store"
        return response

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        """Redirect to the sign-in page, which says what is wrong or asks for the next step."""
        if not isinstance(exc, APIException):
            return super().handle_exception(exc)
        http = self.request._request
        if isinstance(exc, StepRequired):
            methods = {"methods": ",".join(exc.members["methods"])} if "methods" in exc.members else {}
            page = login_page(http, self.target, step=str(exc.members["step"]), **methods)
        else:
            code = str(exc.get_codes())
            if isinstance(exc, ProviderRefused | ProviderUnavailable):
                audit.record(
                    audit.Event.SIGN_IN_FAILED, reason=f"provider_{exc.reason}", network=Client.of(http).network
                )
            page = login_page(http, self.target, problem=code)
        response = HttpResponseRedirect(page)
        response["Cache-Control"] = "no-store"
        return response

    def _sign_in(self, http: HttpRequest, flow: Flow, login: SocialLogin, unproven: str) -> None:
        user = services.find_connected_user(login)
        if user is not None and not user.is_active:
            raise InvalidCredentials("account_deactivated")
        known = {"provider": login.account.provider, "uid": login.account.uid}
        if user is None:
            try:
                user = services.create_connected_user(login)
            except EmailInUse:
                if not unproven:
                    raise
                prevent_enumeration(http, email=unproven)  # only the owner of the address learns of the account
                return
            record_authentication(http, user, "socialaccount", **known)
            complete_signup(http, user=user)
        else:
            limits.record_sign_in(user, flow.client.network, now=flow.now)
            record_authentication(http, user, "socialaccount", **known)
            perform_login(http, Login(user=user))


class ConnectionListApi(AccountEndpoint):
    """``GET /api/auth/account/providers/``."""

    class ConnectionSerializer(ProviderSerializer):
        """A provider, and the connection to it."""

        connected_at = serializers.DateTimeField(allow_null=True)
        email = serializers.CharField(allow_null=True, help_text="The provider's address of the user.")

    @extend_schema(responses=ConnectionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the providers, and those that you have connected."""
        connected = {each.provider: each for each in SocialAccount.objects.filter(user_id=self.session.user.pk)}
        rows = [
            {
                "id": provider.id,
                "name": provider.name,
                "connected_at": found.date_joined if (found := connected.get(provider.id)) else None,
                "email": found.extra_data.get("email") if found else None,
            }
            for provider in current().providers
        ]
        return Response(self.ConnectionSerializer(rows, many=True).data)


class ConnectionApi(AccountEndpoint):
    """``POST`` and ``DELETE /api/auth/account/providers/<provider_id>/``."""

    proof_for = frozenset({"POST", "DELETE"})

    @extend_schema(request=None, responses=URLSerializer)
    def post(self, request: Request, provider_id: str) -> Response:
        """Begin to connect a provider: redirect the browser to `url`."""
        http, provider = request._request, _provider(provider_id)
        url = handshake.begin(http, provider, callback_url=_connect_callback(http, provider), process=CONNECT)
        Flow.of(http).state = http.session  # type: ignore[assignment]  # allauth has replaced it
        return Response({"url": url})

    @extend_schema(responses={204: OpenApiResponse(description="Disconnected.")})
    def delete(self, request: Request, provider_id: str) -> Response:
        """Remove the connection to a provider. You can't remove your only way to sign in."""
        if not services.disconnect(self.session.user, provider_id):
            raise NotFound
        return Response(status=204)


class ConnectionCallbackApi(AccountEndpoint):
    """``GET /api/auth/account/providers/<provider_id>/callback/``: a page load, so it always redirects.

    ``state`` is kept with the session, so a planted cookie can't connect a provider's user to somebody else's account.
    """

    in_transaction = False  # waits for the provider

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take ``state``, so that it works once."""
        with transaction.atomic():
            super().initial(request, *args, **kwargs)
            self.taken = handshake.take_state(request._request, _provider(kwargs["provider_id"]), process=CONNECT)

    @extend_schema(responses={302: OpenApiResponse(description="To the security page.")})
    def get(self, request: Request, provider_id: str) -> HttpResponseBase:
        """Connect the provider's user, and return to the security page."""
        http, provider = request._request, _provider(provider_id)
        login = handshake.complete(http, provider, self.taken, callback_url=_connect_callback(http, provider))
        with transaction.atomic():
            # Again, under its lock: the session or the account may have ended while the provider responded
            session = Session.objects.select_for_update(no_key=True).filter(pk=self.session.pk).first()
            user = User.objects.filter(pk=self.session.user_id, is_active=True).first()
            if session is None or user is None or not session.is_live(datetime.now(UTC)):
                raise NoAccount
            services.connect(user, login)
        return _security_page(http, connected=provider.id)

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        """Redirect to the security page, which says what is wrong."""
        if not isinstance(exc, APIException) or (exc.status_code == 401 and not isinstance(exc, ProviderRefused)):
            return super().handle_exception(exc)
        return _security_page(self.request._request, problem=str(exc.get_codes()))


def _security_page(http: HttpRequest, **query: str) -> HttpResponseRedirect:
    origin = login_page(http, "/").partition("/accounts/")[0]
    response = HttpResponseRedirect(f"{origin}{SECURITY_PAGE}?{urlencode(query)}")
    response["Cache-Control"] = "no-store"
    return response


def _provider(provider_id: str) -> Provider:
    provider = current().providers.by_id.get(provider_id)
    if provider is None:
        raise NotFound
    return provider


def _login_callback(http: HttpRequest, provider: Provider) -> str:
    return http.build_absolute_uri(f"/api/auth/flow/provider/{provider.id}/callback/")


def _connect_callback(http: HttpRequest, provider: Provider) -> str:
    return http.build_absolute_uri(f"/api/auth/account/providers/{provider.id}/callback/")
