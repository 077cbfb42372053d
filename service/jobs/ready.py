"""Statements that every task goes through, made ready once.

To take a statement from SQLAlchemy's language to the driver costs several times what the database then does, and is the
same each time.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa


class Ready:
    """A statement in the driver's own words, from its first use on.

    `columns` are those that an INSERT or UPDATE gets values for, beyond what stands in it. No `in_`: its list may grow.
    Rows hold what the driver gives: JSON as text.
    """

    def __init__(self, statement: sa.ClauseElement, *columns: str) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._words: _Words | None = None

    def on(self, connection: sa.Connection, *values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        """Run it, once with each of `values`."""
        if self._words is None:
            self._words = _words(self._statement, self._columns, connection.dialect)
        rows = [self._words.row(one) for one in values]
        return connection.exec_driver_sql(self._words.text, rows[0] if len(rows) == 1 else rows)


class _Words(NamedTuple):
    """A statement's text, the names of its values in their order, those that stand in it, and what turns some."""

    text: str
    names: tuple[str, ...]
    given: dict[str, Any]
    turned: Mapping[str, Callable[[Any], Any]]

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        known = {**self.given, **values}
        for name, turn in self.turned.items():
            known[name] = turn(known[name])
        return tuple(map(known.__getitem__, self.names))


def _words(statement: sa.ClauseElement, columns: list[str] | None, dialect: sa.Dialect) -> _Words:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    assert isinstance(compiled, sa.sql.compiler.SQLCompiler)
    names = tuple(compiled.positiontup or ())
    turns = {name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    turned = {name: turn for name, turn in turns.items() if turn is not None}
    return _Words(compiled.string, names, dict(compiled.params), turned)
