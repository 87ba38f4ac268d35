"""``request.user`` has all that Django's own users have for views, and nothing by which a name becomes a key."""

import json
import subprocess
import sys
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.template import Context, Engine
from django.test import AsyncClient
from rest_framework import generics, serializers
from rest_framework.test import APIClient

from vf_django.testing import as_user
from vf_django.users import AnonymousUser, EdgeUser, NoStoredAccount, UserAsValue
from vf_tokens import Identity

NAMES_OF_DJANGO = """
import inspect, json
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"])
import django
django.setup()
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models

found = {}
for kind in (AbstractBaseUser, PermissionsMixin, AnonymousUser):
    for name in dir(kind):
        if name.startswith("_") or name == "Meta" or (name in dir(models.Model) and name not in vars(AnonymousUser)):
            continue
        member = inspect.getattr_static(kind, name)
        member = getattr(member, "__func__", member)
        function = inspect.isfunction(member)
        found[name] = [
            list(inspect.signature(member).parameters) if function else None,
            inspect.iscoroutinefunction(member),
        ]
print(json.dumps(found))
"""


def interface_of_django() -> dict[str, tuple[list[str] | None, bool]]:
    """Name, parameters and asynchrony of each public member; asked in a process that has Django's tables."""
    run = subprocess.run([sys.executable, "-c", NAMES_OF_DJANGO], capture_output=True, text=True, check=True)
    found: dict[str, tuple[list[str] | None, bool]] = json.loads(run.stdout)
    assert {"ahas_perms", "has_module_perms", "groups", "check_password", "is_anonymous"} <= found.keys()
    return found


INTERFACE = interface_of_django()


def ann(*roles: str) -> EdgeUser:
    return EdgeUser(Identity("usr_1", "ann", "ann@example.test", roles, "ses_1"))


@pytest.mark.parametrize("user", [ann(), AnonymousUser()], ids=["EdgeUser", "AnonymousUser"])
@pytest.mark.parametrize("name", INTERFACE)
def test_a_member_of_djangos_users_is_there(user, name):
    import inspect

    parameters, is_async = INTERFACE[name]
    member = getattr(user, name)
    assert callable(member) is (parameters is not None)
    assert inspect.iscoroutinefunction(member) is is_async
    if parameters is not None:
        ours = inspect.signature(member).parameters.values()
        assert len(ours) >= len(parameters) - 1 or any(one.kind is one.VAR_POSITIONAL for one in ours)


def test_the_asynchronous_permission_methods_say_what_the_others_say():
    async def check(user: Any) -> list[object]:
        return [
            await user.ahas_perm("shop.view_order"),
            await user.ahas_perms(["shop.view_order", "shop.change_order"]),
            await user.ahas_module_perms("shop"),
            await user.aget_all_permissions(),
            await user.aget_group_permissions(),
            await user.aget_user_permissions(),
        ]

    granted = {"shop.view_order", "shop.change_order"}
    assert async_to_sync(check)(ann("clerk")) == [True, True, True, granted, granted, set()]
    assert async_to_sync(check)(ann()) == [False, False, False, set(), set(), set()]
    assert async_to_sync(check)(AnonymousUser()) == [False, False, False, set(), set(), set()]


@pytest.mark.parametrize(("roles", "status"), [(("clerk",), 200), (("other",), 403), ((), 403)])
def test_permission_required_on_an_async_view_decides_by_the_roles(roles, status):
    client = as_user(AsyncClient(), roles=roles)
    assert async_to_sync(client.get)("/permitted").status_code == status


def test_permission_required_on_an_async_view_refuses_an_anonymous_request():
    assert async_to_sync(AsyncClient().get)("/permitted").status_code == 403


@pytest.mark.parametrize("user", [ann("clerk"), AnonymousUser()])
def test_a_string_is_no_list_of_permissions(user):
    with pytest.raises(ValueError, match="iterable"):
        user.has_perms("shop.view_order")


@pytest.mark.parametrize("user", [ann("clerk"), AnonymousUser()])
def test_groups_and_permissions_of_a_row_are_empty(user):
    assert not user.groups.filter(name="clerk").exists()
    assert list(user.groups.all().values_list("name", flat=True)) == []
    assert user.user_permissions.all().count() == 0
    assert Engine().from_string("{% for g in user.groups.all %}{{ g }}{% empty %}-{% endfor %}").render(
        Context({"user": user})
    ) == ("-")


@pytest.mark.parametrize("user", [ann(), AnonymousUser()])
def test_what_needs_a_row_says_that_there_is_none(user):
    for attempt in (user.save, user.delete, user.get_session_auth_hash, user.set_unusable_password):
        with pytest.raises(NoStoredAccount, match="identity provider"):
            attempt()
    with pytest.raises(NotImplementedError):
        user.check_password("x")
    assert not user.has_usable_password()


class Order(models.Model):
    """A row of a team's own service that remembers who made it."""

    owner = models.CharField(max_length=64)
    number = models.IntegerField(default=0)

    class Meta:
        app_label = "example"

    def __str__(self) -> str:
        return f"{self.owner} {self.number}"


@pytest.fixture
def orders(db):
    """The table is gone when the transaction of the test is rolled back."""
    columns = "id integer PRIMARY KEY AUTOINCREMENT, owner varchar(64) NOT NULL, number integer NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE example_order ({columns})")
    return Order.objects


def stored_after_validation(orders: Any, user: Any) -> None:
    order = Order(owner=user)
    order.full_clean()  # turns what a CharField holds into text
    order.save()


def stored_one_by_one(orders: Any, user: Any) -> None:
    orders.bulk_create([Order(owner="usr_2"), Order(owner=user)])


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ["owner"]


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["owner"]


def saved_by_a_form(orders: Any, user: Any) -> None:
    form = OrderForm({"owner": user})
    assert form.is_valid()
    form.save()


def saved_by_a_serializer(orders: Any, user: Any) -> None:
    serializer = OrderSerializer(data={"owner": str(user)})  # it takes no object for text
    assert serializer.is_valid()
    serializer.save()


def given_to_a_serializer(orders: Any, user: Any) -> None:
    serializer = OrderSerializer(data={"owner": "usr_2"})
    assert serializer.is_valid()
    serializer.save(owner=user)


def changed(orders: Any, user: Any) -> None:
    order = orders.create(owner="usr_2")
    order.owner = user
    order.save()


WAYS = {
    "create": lambda orders, user: orders.create(owner=user),
    "save": lambda orders, user: Order(owner=user).save(),
    "full_clean and save": stored_after_validation,
    "bulk_create": stored_one_by_one,
    "a changed row": changed,
    "a form": saved_by_a_form,
    "a serializer's data": saved_by_a_serializer,
    "a serializer's save": given_to_a_serializer,
    "update": lambda orders, user: orders.update(owner=user),
    "filter": lambda orders, user: list(orders.filter(owner=user)),
    "exclude": lambda orders, user: list(orders.exclude(owner=user)),
    "in a list": lambda orders, user: list(orders.filter(owner__in=["usr_2", user])),
    "contains": lambda orders, user: list(orders.filter(owner__icontains=user)),
    "Q": lambda orders, user: list(orders.filter(Q(number=1) | Q(owner=user))),
    "get_or_create": lambda orders, user: orders.get_or_create(owner=user),
    "a number": lambda orders, user: list(orders.filter(number=user)),
    "DRF's get_object_or_404": lambda orders, user: generics.get_object_or_404(orders.all(), owner=user),
    "When": lambda orders, user: list(orders.annotate(mine=Case(When(owner=user, then=Value(1)), default=Value(0)))),
    "an expression": lambda orders, user: list(orders.filter(owner=F("owner"), number__gte=user)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("given", [lambda user: user, str], ids=["user", "str(user)"])
@pytest.mark.parametrize("user", [ann(), AnonymousUser()], ids=["EdgeUser", "AnonymousUser"])
def test_a_column_given_a_user_is_an_error_that_names_the_id(orders, user, given, way):
    with pytest.raises(UserAsValue, match=r"request\.user\.id"), transaction.atomic():
        way(orders, given(user))
    assert not orders.exclude(owner="usr_2").exists()


@pytest.mark.parametrize("user", [ann(), AnonymousUser()], ids=["EdgeUser", "AnonymousUser"])
def test_a_user_in_a_set_is_such_an_error_too(orders, user):
    with pytest.raises(UserAsValue):
        list(orders.filter(owner__in={user}))


def test_the_id_and_the_username_are_ordinary_values(orders):
    orders.create(owner=ann().id)
    orders.create(owner=ann().username)
    assert orders.filter(owner=ann().id).count() == 1
    assert orders.filter(owner=ann().get_username()).count() == 1


def test_a_user_is_shown_by_its_name():
    shown = Engine().from_string("{{ user }} {{ user|upper }} {{ user.username }}").render(Context({"user": ann()}))
    assert shown == "ann ANN ann"
    assert f"{ann()}, {ann()!s:>4}" == "ann,  ann"
    assert json.dumps({"by": str(ann())}) == '{"by": "ann"}'


class Row:
    """A user of the project's own table."""

    is_authenticated = True


def test_force_authenticate_with_a_row_fails_loudly():
    client = APIClient()
    client.force_authenticate(user=Row())
    with pytest.raises(ImproperlyConfigured, match="as_user"):
        client.get("/whoami")


def test_force_authenticate_with_an_edge_user_is_let_be():
    client = APIClient()
    client.force_authenticate(user=ann())
    assert client.get("/whoami").json()["id"] == "usr_1"


def test_drf_spectaculars_own_generator_knows_how_a_client_authenticates():
    from drf_spectacular.generators import SchemaGenerator

    document = SchemaGenerator().get_schema(request=None, public=True)
    assert document["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
    assert {"accessToken": []} in document["paths"]["/whoami"]["get"]["security"]
