"""``selection.csv`` is what is in force, in the contract's columns."""

import csv
from pathlib import Path

from reviewer.access.actor import OPERATOR
from reviewer.decision.selection.scenarios import propose_for_call
from reviewer.export.bundle import export
from reviewer.models import Call
from tests.calls import SLUG


def test_the_table_has_who_is_selected_and_who_waits(small: Call, tmp_path: Path) -> None:
    selection = propose_for_call(OPERATOR, slug=SLUG)
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    with (tmp_path / "selection.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["folio", "outcome", "venue", "position"]
    assert [row[0] for row in rows if row[1] == "selected"] == [place.folio for place in selection.selected]
    assert [tuple(row) for row in rows if row[1] == "waiting"] == [
        (place.folio, "waiting", place.venue, str(place.position)) for place in selection.waiting
    ]
