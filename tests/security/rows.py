"""Rows with hostile values, inserted directly into the services' databases, because no API writes them."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from runner import Platform
from vf_service.folding import fold

Row = dict[str, Any]

CUSTOMER = "usr_hostile_rows"
"""The user whose transactions are added."""

SKU_PREFIX = "hostile"
"""Prefix of the added items only."""

_MOMENT = datetime(2026, 3, 4, 12, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S")


def transactions(descriptions: Iterable[str]) -> list[Row]:
    """Return transactions of :data:`CUSTOMER`, with the largest charge that the ledger stores."""
    return [
        {
            "reference": f"{SKU_PREFIX}-{number}",
            "user_id": CUSTOMER,
            "amount": "-9999999999.99",
            "description": description,
            "date": _MOMENT,
            "status": "completed",
        }
        for number, description in enumerate(descriptions)
    ]


def items(texts: Iterable[str], *, quantity: int = 2_147_483_647) -> list[Row]:
    """Return an item for each text, as name, description, and after :data:`SKU_PREFIX`, truncated to each column."""
    return [
        {
            "sku": f"{SKU_PREFIX}-{number}-{text}"[:64],
            "name": text[:120],
            "description": text,
            "category": "cables",
            "price": "99999999.99",
            "quantity": quantity,
            "updated_at": _MOMENT,
            "search_text": fold(f"{SKU_PREFIX}-{number} {text}"),
        }
        for number, text in enumerate(texts)
    ]


@contextmanager
def present(platform: Platform, part: str, table: str, rows: Iterable[Row]) -> Iterator[list[int]]:
    """Insert the rows and return their IDs; delete them afterwards."""
    file = platform.settings.state_dir / "databases" / f"{part}.sqlite3"
    with closing(sqlite3.connect(file, timeout=20)) as database:
        with database:
            ids = [_insert(database, table, row) for row in rows]
        try:
            yield ids
        finally:
            with database:
                database.executemany(f"DELETE FROM {table} WHERE id = ?", [(id_,) for id_ in ids])


def _insert(database: sqlite3.Connection, table: str, row: Row) -> int:
    places = ", ".join(f":{name}" for name in row)
    inserted = database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)
    return inserted.lastrowid or 0
