"""The catalog: items, their prices and stock."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Django app of the catalog."""

    name = "inventory.catalogue"
    label = "catalogue"
