"""Who stores what into which batch."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.intake.ready import Ready
from reviewer.intake.recognition import Known


@dataclass
class Desk:
    """``read`` gives a row's cells by canonical name, dates as ISO.

    ``last_number`` is the highest folio planned, ``looked_at`` the last application that the rows were placed
    by, ``others`` those that other imports have made since.
    """

    actor: Actor
    call_id: int
    batch_id: int
    batch_key: str
    spec: CallSpec
    read: Callable[[Ready], dict[str, str]]
    last_number: int = 0
    looked_at: int = 0
    others: list[Known] = field(default_factory=list)
