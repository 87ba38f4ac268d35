"""The user object answers Django's user API from roles, without a database."""

import pytest

from vf_django.permissions import has_role
from vf_django.users import AnonymousUser, EdgeUser
from vf_tokens import Identity


def user(*roles: str, user_id: str = "usr_1") -> EdgeUser:
    return EdgeUser(Identity(user_id, "ann", "ann@example.test", roles, "ses_1"))


def test_a_role_grants_the_permissions_that_the_settings_give_it():
    clerk = user("clerk", "unknown")
    assert clerk.has_perm("shop.view_order")
    assert clerk.has_perms(["shop.view_order", "shop.change_order"])
    assert not clerk.has_perms(["shop.view_order", "shop.delete_order"])
    assert clerk.has_module_perms("shop")
    assert not clerk.has_module_perms("sho")


def test_nobody_has_a_permission_or_a_role():
    nobody = AnonymousUser()
    assert not nobody.has_perm("shop.view_order")
    assert not nobody.has_perms(["shop.view_order"])
    assert not nobody.has_module_perms("shop")
    assert not nobody.has_role("clerk")
    assert nobody.get_all_permissions() == set()


def test_no_role_makes_a_superuser_or_staff():
    assert not user("admin", "superuser").is_superuser
    assert not user("staff").is_staff


def test_users_are_the_same_by_their_id_alone():
    assert user("a") == user("b")
    assert user() != user(user_id="usr_2")
    assert user() != AnonymousUser()
    assert len({user("a"), user("b"), AnonymousUser(), AnonymousUser()}) == 2


def test_neither_shows_more_than_a_name():
    assert (str(user()), repr(user())) == ("ann", "<EdgeUser 'usr_1'>")
    assert str(AnonymousUser()) == "AnonymousUser"


def test_a_user_cannot_be_given_another_role():
    with pytest.raises(AttributeError):
        user().roles = ("admin",)


def test_a_policy_without_roles_is_a_mistake():
    with pytest.raises(ValueError, match="at least one role"):
        has_role()
