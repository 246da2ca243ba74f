"""All checks in their order. To add one, write a function and name it in ``CHECKS``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from reviewer.access import trail_check
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.database import reading
from reviewer.errors import MachineFault, Refused
from reviewer.verification import counts, decisions, privacy, stored, told


@dataclass(frozen=True)
class Check:
    """A check: ``name`` for programs, ``label`` for people; ``find`` yields a Spanish sentence a problem."""

    name: str
    label: str
    find: Callable[[Session], Iterator[str]]


@dataclass(frozen=True)
class Outcome:
    """What a check found."""

    check: Check
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``verify --json`` prints it."""
        return {
            "name": self.check.name,
            "status": "wrong" if self.problems else "ok",
            "problems": list(self.problems),
        }


CHECKS = (
    Check("database", "La base de datos está íntegra", stored.database),
    Check("foreign_keys", "Cada renglón se refiere a otro que existe", stored.foreign_keys),
    Check("values", "Cada valor es de los que su columna admite", stored.values),
    Check("documents", "Cada documento está y es el que se guardó", stored.stored_documents),
    Check("audit", "La bitácora está como se escribió", trail_check.faults),
    Check("agreement", "Lo que está es lo que la bitácora dice que se hizo", told.agreement),
    Check("batches", "Las cuentas de cada lote coinciden con sus filas", counts.batches),
    Check("scores", "Los puntajes están en la escala", decisions.scores_on_the_scale),
    Check("conflicts", "Nadie lee ni vota con conflicto de interés", decisions.no_juror_with_her_conflict),
    Check("selections", "Una sola selección vigente, de postulaciones elegibles", decisions.selections),
    Check("seats", "Ninguna sede firmada pasa de sus lugares", decisions.seats),
    Check("privacy", "Lo bloqueado y lo suprimido no se lee en ninguna parte", privacy.withheld),
    Check("actas", "Las actas son las que se firmaron", decisions.actas),
)


def verify(viewer: Actor) -> tuple[Outcome, ...]:
    """Runs every check on the live data; changes nothing."""
    require(viewer, Action.VERIFY)
    return tuple(Outcome(check, _problems(check)) for check in CHECKS)


def _problems(check: Check) -> tuple[str, ...]:
    """What the check finds; data that it can't even read is a problem, no fault of the machine."""
    try:
        with reading(streaming=True) as session:
            return tuple(check.find(session))
    except MachineFault:
        raise
    except Refused as error:
        return (str(error),)
    except Exception as error:
        return (f"No se pudo revisar: hay un dato que no se entiende ({type(error).__name__}).",)
