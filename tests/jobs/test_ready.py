"""Statements that the driver runs itself answer, and fail, as SQLAlchemy's do."""

import pytest
import sqlalchemy as sa

from service.jobs.database import Database, turns
from service.jobs.ready import Ready

ENTER = Ready(sa.insert(turns).returning(turns), "priority", "turn")
RAISE = Ready(sa.update(turns).where(turns.c.priority >= sa.bindparam("least")), "turn")


def test_rows_have_the_names_of_their_columns_and_changes_are_counted(database: Database) -> None:
    with database.write() as connection:
        [row] = ENTER.on(connection, {"priority": 3, "turn": 7}).rows
        assert (row.priority, row.turn) == (3, 7)
        ENTER.on(connection, {"priority": 5, "turn": 1})
        assert RAISE.on(connection, {"least": 4, "turn": 9}).changed == 1
        assert RAISE.on(connection, {"least": 6, "turn": 9}) == ([], 0)
        assert RAISE.on(connection, {"least": 4, "turn": 2}, {"least": 3, "turn": 8}).changed == 3


def test_its_errors_are_sqlalchemys_and_do_not_show_the_values(database: Database) -> None:
    with database.write() as connection:
        ENTER.on(connection, {"priority": 3, "turn": 7})
    with pytest.raises(sa.exc.IntegrityError) as caught, database.write() as connection:
        ENTER.on(connection, {"priority": 3, "turn": 987654})
    assert "987654" not in str(caught.value)
    with database.write() as connection:
        assert ENTER.on(connection, {"priority": 4, "turn": 0}).first() is not None, "it was rolled back whole"
