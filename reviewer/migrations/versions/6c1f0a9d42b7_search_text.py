"""the folded text that applications, applicants, people and findings are searched by

Revision: 6c1f0a9d42b7, after 0019
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from reviewer.core.text import fold

revision = "6c1f0a9d42b7"
down_revision = "0019"
branch_labels = None
depends_on = None

CHUNK = 1000
SEARCHED = {
    "application": ("id", "project_title"),
    "applicant": ("application_id", "first_names", "surnames", "email"),
    "person": ("id", "name", "email"),
    "finding": ("id", "file", "message"),
}


def upgrade() -> None:
    for name, (key, *searched) in SEARCHED.items():
        op.add_column(
            name,
            sa.Column("search_text", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""),
        )
        _fill(sa.table(name, *map(sa.column, (key, *searched, "search_text"))), key)


def _fill(table: sa.TableClause, key: str) -> None:
    connection = op.get_bind()
    change = (
        table.update().where(table.c[key] == sa.bindparam("row")).values(search_text=sa.bindparam("folded"))
    )
    rows = connection.execute(
        sa.select(*(column for column in table.c if column.name != "search_text"))
    ).all()
    for start in range(0, len(rows), CHUNK):
        connection.execute(
            change,
            [
                {"row": row, "folded": fold(" ".join(filter(None, texts)))}
                for row, *texts in rows[start : start + CHUNK]
            ],
        )
