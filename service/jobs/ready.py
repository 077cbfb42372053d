"""Statements that every task goes through, made ready once and run by the driver itself.

To take a statement from SQLAlchemy's language to the driver, and its row back, costs several times what the database
then does, and is the same each time.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import starmap
from typing import Any, NamedTuple

import sqlalchemy as sa


class Done(NamedTuple):
    """What a statement did: its rows, whose values have the names of their columns, and how many rows it changed."""

    rows: list[Any]
    changed: int

    def first(self) -> Any | None:
        """The first row, if there is any."""
        return self.rows[0] if self.rows else None


class Ready:
    """A statement in the driver's own words, from its first use on.

    `columns` are those that an INSERT or UPDATE gets values for, beyond what stands in it. No `in_`: its list may grow.
    Rows hold what the driver gives: JSON as text.
    """

    def __init__(self, statement: sa.ClauseElement, *columns: str) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._words: _Words | None = None
        self._row: Callable[..., Any] | None = None

    def on(self, connection: sa.Connection, *values: Mapping[str, Any]) -> Done:
        """Run it, once with each of `values`. Raises as SQLAlchemy does."""
        if self._words is None:
            self._words = _words(self._statement, self._columns, connection.dialect)
        asked = [self._words.row(one) for one in values]
        with errors_told(self._words.text), _cursor(connection) as cursor:
            if len(asked) == 1:
                cursor.execute(self._words.text, asked[0])
            else:
                cursor.executemany(self._words.text, asked)
            return Done(self._rows(cursor), cursor.rowcount)

    def _rows(self, cursor: sqlite3.Cursor) -> list[Any]:
        if cursor.description is None:
            return []
        if self._row is None:
            names = [column[0] for column in cursor.description]
            self._row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
        return list(starmap(self._row, cursor))


@contextmanager
def errors_told(statement: str) -> Iterator[None]:
    """Raises the driver's errors as SQLAlchemy's, without the values, which would be logged."""
    try:
        yield
    except sqlite3.Error as error:
        raise sa.exc.DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True) from error


@contextmanager
def _cursor(connection: sa.Connection) -> Iterator[Any]:
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


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
