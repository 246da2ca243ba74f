"""The migrations lead to the tables of the models, and only forwards."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from reviewer.core import database


def test_migrated_tables_are_those_of_the_models(installation: Path) -> None:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrations_are_one_line_and_only_go_forwards() -> None:
    """A downgrade would drop columns with people's work: the way back is a backup (docs/operations.md)."""
    scripts = list(ScriptDirectory(str(database.MIGRATIONS)).walk_revisions())
    assert all(script.down_revision is None or isinstance(script.down_revision, str) for script in scripts)
    assert [script.revision for script in scripts[::-1]][:19] == [f"{number:04d}" for number in range(1, 20)]
    assert scripts[0].revision == database.head_revision()
    assert not [script.revision for script in scripts if hasattr(script.module, "downgrade")]
