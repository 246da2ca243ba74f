"""Reading the demo's scans by machine, as a job that the server starts once it answers."""

import os

from sqlmodel import select

from reviewer.access.actor import OPERATOR
from reviewer.core.database import read_session
from reviewer.jobs import runner
from reviewer.jobs.records import OCR
from reviewer.models import Call
from reviewer.ocr import service

VARIABLE = "REVIEWER_READ_SCANS"  # set by ``start --demo`` for the server that it becomes


def start_reading() -> None:
    """Starts a job for each call with pages that no machine has read, where the server was started to do so."""
    if not os.environ.get(VARIABLE):
        return
    with read_session() as session:
        slugs = session.exec(select(Call.slug)).all()
    for slug in slugs:
        counts = service.counts(OPERATOR, slug=slug)
        if counts.documents or counts.pending:
            runner.start_for_call(OPERATOR, kind=OCR, slug=slug)
