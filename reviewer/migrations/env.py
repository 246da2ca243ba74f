"""Alembic's environment: migrations run on the connection of the configuration, or on the installation's."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from reviewer import models  # noqa: F401  (fills the metadata)
from reviewer.export import views


def run() -> None:
    """Runs the migrations in the caller's transaction, or in a new one."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection)
        return
    from reviewer.core.database import _engine
    from reviewer.core.paths import database_url

    with _engine(database_url()).connect() as migration_connection, migration_connection.begin():
        _run_on(migration_connection)


def _run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    views.drop(connection)
    context.run_migrations()
    if context.get_context().get_current_revision() == context.get_head_revision():
        views.create(connection)


run()
