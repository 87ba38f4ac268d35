"""The catalogue: items, their prices and stock."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Django app of the catalogue."""

    name = "inventory.catalogue"
    label = "catalogue"
