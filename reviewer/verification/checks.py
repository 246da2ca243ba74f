"""All checks in their order. A new check is a function that ``CHECKS`` names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import integrity
from reviewer.core.database import read_session
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.verification import audit_consistency, data, decisions


@dataclass(frozen=True)
class Check:
    """A check: ``name`` is for programs, ``label`` for people; ``run`` yields a sentence per problem."""

    name: str
    label: str
    run: Callable[[Session], Iterator[str]]


@dataclass(frozen=True)
class CheckResult:
    """The problems that a check found."""

    check: Check
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Returns the result as ``verify --json`` prints it."""
        return {
            "name": self.check.name,
            "status": "wrong" if self.problems else "ok",
            "problems": list(self.problems),
        }


CHECKS = (
    Check("database", "La base de datos está íntegra", data.database),
    Check("foreign_keys", "Cada renglón se refiere a otro que existe", data.foreign_keys),
    Check("values", "Cada valor es de los que su columna admite", data.values),
    Check("documents", "Cada documento está y es el que se guardó", data.stored_documents),
    Check("audit", "La bitácora está como se escribió", integrity.faults),
    Check("agreement", "Lo que está es lo que la bitácora dice que se hizo", audit_consistency.audit_agreement),
    Check("batches", "Las cuentas de cada lote coinciden con sus filas", data.batch_counts),
    Check("scores", "Los puntajes están en la escala", decisions.scores_on_the_scale),
    Check("conflicts", "Nadie lee ni vota con conflicto de interés", decisions.no_juror_with_conflict),
    Check("selections", "Una sola selección vigente, de postulaciones elegibles", decisions.selections),
    Check("seats", "Ninguna sede firmada pasa de sus lugares", decisions.seats),
    Check("privacy", "Lo bloqueado y lo suprimido no se lee en ninguna parte", data.withheld_data),
    Check("actas", "Las actas son las que se firmaron", decisions.actas),
)


@verb(Action.VERIFY)
def verify(viewer: Actor) -> tuple[CheckResult, ...]:
    """Runs every check on the live data, without changing anything."""
    require(viewer, Action.VERIFY)
    return tuple(CheckResult(check, _problems(check)) for check in CHECKS)


def _problems(check: Check) -> tuple[str, ...]:
    """Returns the problems that a check finds. Data that cannot be read is a problem, not an error."""
    try:
        with read_session(streaming=True) as session:
            return tuple(check.run(session))
    except InfrastructureError:
        raise
    except UserError as error:
        return (str(error),)
    except Exception as error:
        return (f"No se pudo revisar: hay un dato que no se entiende ({type(error).__name__}).",)
