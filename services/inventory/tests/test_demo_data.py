import pytest
from django.core.management import CommandError, call_command

from inventory.catalogue.models import Item

pytestmark = pytest.mark.django_db


def test_the_demo_catalogue_fills_every_category_and_has_sold_out_items():
    call_command("load_demo_data")
    assert Item.objects.count() == 80
    assert set(Item.objects.values_list("category", flat=True)) == set(Item.Category.values)
    assert Item.objects.filter(quantity=0).count() >= 5
    for item in Item.objects.all():
        item.full_clean()


def test_loading_twice_changes_nothing():
    call_command("load_demo_data")
    before = list(Item.objects.values())
    call_command("load_demo_data")
    assert list(Item.objects.values()) == before


def test_production_refuses(settings):
    settings.VF_PRODUCTION = True
    with pytest.raises(CommandError, match="for development only"):
        call_command("load_demo_data")
    assert not Item.objects.exists()
