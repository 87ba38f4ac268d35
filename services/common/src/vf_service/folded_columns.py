"""Columns with the folded text of other columns, which a database can compare and search: see :mod:`.folding`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.core.validators import ProhibitNullCharactersValidator
from django.db import models

from .folding import fold

if TYPE_CHECKING:
    TextColumn = models.CharField[str, str]
else:
    TextColumn = models.CharField


class FoldedField(TextColumn):
    """A column with the folded text of one or more other columns. Its model must be a :class:`FoldingModel`."""

    def __init__(
        self, *args: Any, sources: Sequence[str] = (), by: Callable[[str], str] = fold, **options: Any
    ) -> None:
        super().__init__(*args, **{"editable": False, "default": "", **options})
        self.validators.append(ProhibitNullCharactersValidator())  # PostgreSQL can't even search for one
        self.sources = tuple(sources)
        self.by = by

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Omit the source columns: a migration needs only a plain column."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def compute(self, row: models.Model) -> str:
        """Set the column of ``row`` from its sources, and return the value."""
        value = "\n".join(self.by(getattr(row, source)) for source in self.sources)
        setattr(row, self.attname, value)
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the value to write. Django calls this in ``save()`` and ``bulk_create()``."""
        return self.compute(model_instance)


class FoldingModel(models.Model):
    """A model with folded columns. They follow their sources, except in a query set's ``update()`` and in SQL."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Save a folded column together with any of its sources."""
        fields = options.get("update_fields")
        if fields is not None:
            folded = (column.attname for column in self.folded() if not set(fields).isdisjoint(column.sources))
            options["update_fields"] = {*fields, *folded}
        super().save(*args, **options)

    @classmethod
    def folded(cls) -> list[FoldedField]:
        """Return the folded columns."""
        return [column for column in cls._meta.concrete_fields if isinstance(column, FoldedField)]
