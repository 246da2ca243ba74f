"""Takes an answer to a question through the whole application; see ``test_questions``.

Run as a program in a copy of the source that asks one question more: ``language``, of the key ``lengua``.
"""

import csv
import sys
from pathlib import Path

from sqlmodel import select

from reviewer.access.actor import OPERATOR
from reviewer.audit import log
from reviewer.call import spec
from reviewer.cohort import counts
from reviewer.cohort.filters import Subset, open_cohort
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.core.database import read_session, write_session
from reviewer.decision.selection import rule_answers
from reviewer.decision.selection.optimisation.groups import FIELD_LABELS, SENSITIVE_FIELDS
from reviewer.demographics.questions import COHORT
from reviewer.export import bundle
from reviewer.intake.corrections import history, rows
from reviewer.models import Application, SensitiveTraits
from reviewer.privacy.data_map import TABLES
from reviewer.web.screens.lotes.labels import canonical_label
from reviewer.web.screens.postulacion import form
from tests.calls import SLUG, call_text
from tests.factories.batches import document_files, folder, import_source, valid_row

KEY, COLUMN, ANSWER = "lengua", "language", "Náhuatl de la Huasteca"
FOLIO = "HIS-0001"


def import_answer(place: Path) -> None:
    """Imports an application whose table names the question by its label."""
    row = valid_row(1) | {"Lengua que habla": ANSWER}
    report = import_source(folder(place / "lote", [row], document_files(1)))
    assert report.columns["Lengua que habla"] == KEY, report.columns
    with read_session() as session:
        assert session.exec(select(SensitiveTraits)).one().model_dump()[COLUMN] == ANSWER


def count_and_select() -> None:
    """The cohort counts the answer under its groups, without quoting it; rules may name it."""
    with open_cohort(OPERATOR, Subset(SLUG)) as cohort:
        groups = counts.by_question(cohort, COHORT[KEY])
    assert [(group.label, group.count, group.words) for group in groups] == [
        ("Sí", 1, ()),
        ("Sin respuesta", 0, ()),
    ]
    assert KEY not in [question.key for question in FILTER_QUESTIONS]
    assert FIELD_LABELS[KEY] == "lengua" and KEY in SENSITIVE_FIELDS
    with read_session() as session:
        [(person, _)] = rule_answers.load_people(session, spec.get_call(SLUG), [KEY])
    assert person.answer(KEY) == ANSWER


def correct_and_read_history() -> None:
    """A correction by hand changes the answer, and the history says that it did, without the value."""
    _, version = rows.read_cells(OPERATOR, slug=SLUG, folio=FOLIO)
    corrected = {KEY: "No"}
    rows.correct_application(OPERATOR, slug=SLUG, folio=FOLIO, cells=corrected, reason="Lo pidió", based_on=version)
    with write_session() as session:  # as a later batch names it
        application = session.exec(select(Application)).one()
        changes = log.Changes({COLUMN: (ANSWER, "No")}, application.id)
        log.record(session, OPERATOR, "application.update", "application", FOLIO, {"call": SLUG}, changes=changes)
    events = history.application_history(OPERATOR, slug=SLUG, folio=FOLIO)
    changes_of_it = [change for event in events for change in event.changes if change.field != "reason"]
    assert {change.field for change in changes_of_it} == {KEY, COLUMN}
    assert all(change.is_sensitive and change.before is None for change in changes_of_it)
    assert KEY not in form.FIELDS and canonical_label(KEY) == "Lengua"


def export_and_blank(place: Path) -> None:
    """The export holds the answer under its key; blocking empties its column."""
    bundle.export(OPERATOR, slug=SLUG, folder=place / "tablas")
    with (place / "tablas" / "applications.csv").open(encoding="utf-8-sig", newline="") as file:
        columns, cells = csv.reader(file)
    number = columns.index("discapacidad_grupo") + 1
    assert columns[number : number + 2] == [KEY, f"{KEY}_grupo"]
    assert cells[number : number + 2] == ["No", "No"]
    [blank] = [table.blank for table in TABLES if table.model is SensitiveTraits]
    assert blank[COLUMN] == ""


if __name__ == "__main__":
    target = Path(sys.argv[1])
    spec.load_call(OPERATOR, text=call_text())
    import_answer(target)
    count_and_select()
    correct_and_read_history()
    export_and_blank(target)
    print("ok")
