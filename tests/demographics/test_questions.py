"""One list of what is asked of applicants, from which every other list of questions is derived."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from reviewer.core.database import head_revision
from reviewer.core.paths import ROOT
from reviewer.demographics.answer_columns import MODELS
from reviewer.demographics.questions import AGE, ALCALDIA, ASKED, COHORT, Use, stored_columns

BOOKKEEPING = {"application_id", "call_id", "search_text"}
LAST_SENSITIVE = """        affirmation="Dice vivir con alguna discapacidad",
        uses=EVERYWHERE,
    ),
"""
QUESTION = """    Question(
        "lengua",
        "Lengua que habla",
        Store.SENSITIVE,
        "language",
        short_label="Lengua",
        grouping=Grouping((Rule("Sí", ("nahua",)), Rule("No", ("no",))), ("Sí", "No"), "Por sus palabras."),
        affirmation="Habla una lengua indígena",
        uses=EVERYWHERE,
    ),
"""
MIGRATION = '''"""a question more"""
import sqlalchemy as sa
from alembic import op

revision = "5f0c1d2e3a4b"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sensitivetraits") as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=""))
'''


def insert_after(path: Path, anchor: str, addition: str) -> None:
    """Inserts a text after the first occurrence of another one."""
    before, found, after = path.read_text(encoding="utf-8").partition(anchor)
    assert found, f"{path.name} no longer holds {anchor!r}"
    path.write_text(f"{before}{found}{addition}{after}", encoding="utf-8")


def test_a_question_is_added_in_two_files_and_a_migration(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "reviewer", copy / "reviewer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "data").symlink_to(ROOT / "data")
    questions = copy / "reviewer" / "demographics" / "questions.py"
    insert_after(questions, "answer_groups import Grouping", ", Rule")
    insert_after(questions, LAST_SENSITIVE, QUESTION)
    insert_after(
        copy / "reviewer" / "models" / "applications.py",
        '    disability: str = ""\n',
        '    language: str = ""\n',
    )
    migration = copy / "reviewer" / "migrations" / "versions" / "5f0c1d2e3a4b_question.py"
    migration.write_text(MIGRATION.format(head=head_revision()), encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "REVIEWER_DATABASE_URL": f"sqlite:///{tmp_path / 'reviewer.db'}",
        "REVIEWER_DOCUMENTS_URL": f"file://{tmp_path / 'documents'}",
    }
    walk = [sys.executable, "-m", "tests.demographics.question_walk", str(tmp_path)]
    result = subprocess.run(walk, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.endswith("ok\n"), result.stderr


def test_every_column_of_an_answer_is_a_question() -> None:
    """A column without a question would be neither exported nor blocked."""
    for store, model in MODELS.items():
        columns = set(stored_columns(store))
        assert columns <= model.model_fields.keys()
        if model.__tablename__ != "application":
            assert model.model_fields.keys() - BOOKKEEPING == columns


def test_what_the_cohort_shows_has_groups() -> None:
    assert [question.key for question in COHORT.values() if not question.grouping] == [ALCALDIA.key, AGE.key]
    assert len({question.key for question in ASKED}) == len(ASKED)
    assert all(question.column or Use.EXPORTS not in question.uses for question in ASKED)
