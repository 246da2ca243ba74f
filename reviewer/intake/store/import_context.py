"""What the functions that store rows know of the import that they work for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.intake.store.person_matching import StoredApplication
from reviewer.intake.store.prepared_row import PreparedRow


@dataclass
class ImportContext:
    """An import into a batch; ``read_cells`` returns a row's cells by canonical name, dates as ISO.

    ``absent_columns`` are the questions and kinds of document for which the table has no column.
    ``last_folio_number`` is the highest number planned. ``last_application_id`` is the last application that
    was considered when folios were assigned, ``concurrent_applications`` are those that others stored since.
    """

    actor: Actor
    call_id: int
    batch_id: int
    batch_key: str
    spec: CallSpec
    read_cells: Callable[[PreparedRow], dict[str, str]]
    absent_columns: frozenset[str] = frozenset()
    last_folio_number: int = 0
    last_application_id: int = 0
    concurrent_applications: list[StoredApplication] = field(default_factory=list)
