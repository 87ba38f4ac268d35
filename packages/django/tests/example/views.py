from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_protect
from rest_framework import exceptions, serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from vf_django.permissions import has_role

ERRORS = {
    "outage": OperationalError("connection to server at db.internal failed"),
    "database": DatabaseError("something"),
    "integrity": IntegrityError("UNIQUE constraint failed: shop_order.secret"),
    "bug": RuntimeError("secret detail of a bug"),
    "forbidden": PermissionDenied("secret reason"),
    "conflict": exceptions.APIException("Someone was faster.", code="conflict"),
    "failed": exceptions.AuthenticationFailed("That credential is not good."),
}


def describe(user) -> dict:
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "roles": list(user.roles),
        "session_id": user.session_id,
        "is_authenticated": user.is_authenticated,
    }


class WhoAmI(APIView):
    def get(self, request: Request) -> Response:
        return Response(describe(request.user))


class Open(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response(describe(request.user))

    post = get


class Catalogue(APIView):
    """The same for everybody, as its author says."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({}, headers={"Cache-Control": "public, max-age=60"})


class Operators(APIView):
    permission_classes = [has_role("operator", "admin")]

    def get(self, request: Request) -> Response:
        return Response({})


class Orders(APIView):
    permission_classes = [AllowAny]

    class Input(serializers.Serializer):
        item = serializers.CharField(max_length=5)
        count = serializers.IntegerField(min_value=1)

    def post(self, request: Request) -> Response:
        order = self.Input(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(order.validated_data, status=201)


class AlwaysFull(BaseThrottle):
    def allow_request(self, request, view) -> bool:
        return False

    def wait(self) -> float:
        return 6.2


@api_view(["GET"])
def undeclared(request: Request) -> Response:
    return Response({})


@api_view(["GET"])
@permission_classes([AllowAny])
def declared(request: Request) -> Response:
    return Response({})


class Throttled(APIView):
    permission_classes = [AllowAny]
    throttle_classes = [AlwaysFull]

    def get(self, request: Request) -> Response:
        return Response({})


class ApiError(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request, kind: str) -> Response:
        raise ERRORS[kind]


def page_error(request: HttpRequest, kind: str) -> HttpResponse:
    raise ERRORS[kind]


def posted(request: HttpRequest) -> HttpResponse:
    """What Django read of a form."""
    files = {name: file.name for name, file in request.FILES.items()}
    return JsonResponse({"fields": request.POST.dict(), "files": files, "body": request.GET.get("q")})


@permission_required("shop.view_order", raise_exception=True)
async def permitted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


def breaks_off(request: HttpRequest) -> StreamingHttpResponse:
    """An answer that fails when its head is out: only the server sees it."""

    def parts() -> Iterator[str]:
        yield "half"
        raise RuntimeError("secret detail of a bug")

    return StreamingHttpResponse(parts())


def odd_header(request: HttpRequest) -> HttpResponse:
    """A view that puts a parameter into a header: Django refuses line ends, and nothing else."""
    return HttpResponse(headers={"X-Name": request.GET["name"]})


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
