"""Deletes personal data that nobody needs any more: abandoned uploads, and what killed processes left."""

import logging

from reviewer.core.errors import InfrastructureError
from reviewer.storage import documents, uploads

SWEEP_SECONDS = 3600

_log = logging.getLogger(__name__)


def delete_leftovers() -> None:
    """Deletes uploads that nobody continued or imported, and documents that were never stored completely.

    The server calls it when it starts and every ``SWEEP_SECONDS``. An unreachable store is only logged: the
    next call tries again.
    """
    try:
        uploads.delete_abandoned()
        documents.delete_unfinished()
    except InfrastructureError as error:
        _log.warning("leftovers were not deleted: %s", error)
