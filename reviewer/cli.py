"""Command-line interface; calls the same functions as the pages.

Exit codes: 0 done, 1 partly done, 2 refused, 3 a fault.
"""

import argparse
import logging
import re
from collections.abc import Sequence
from typing import NoReturn

from reviewer import __version__
from reviewer.commands import calls, decision, intake, jury, maintenance, privacy, screening, server
from reviewer.commands.output import FAULT, REFUSED, report_failure
from reviewer.core.errors import InfrastructureError, UserError

log = logging.getLogger("dictamen")

# argparse's messages, and their translations.
_TRANSLATIONS = (
    (r"the following arguments are required: (.*)", r"falta \1"),
    (r"unrecognized arguments: (.*)", r"sobra \1"),
    (r"argument (\S+): expected one argument", r"\1 lleva un valor"),
    (r"argument (\S+): expected at least one argument", r"\1 lleva al menos un valor"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1 no puede ser \2: elija entre \3"),
    (r"argument (\S+): invalid int value: (.*)", r"\1 es un número entero, no \2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 y \2 no van juntos"),
    (r"one of the arguments (.*) is required", r"falta una de \1"),
)


class _Parser(argparse.ArgumentParser):
    """A parser with Spanish error messages."""

    def error(self, message: str) -> NoReturn:
        for english, spanish in _TRANSLATIONS:
            message = re.sub(f"^{english}$", spanish, message)
        raise UserError(f"La orden no está bien escrita: {message}. Vea {self.prog} --help")


def main(arguments: Sequence[str]) -> int:
    """Runs a command and returns its exit code; prints one line on standard error where it fails."""
    as_json = "--json" in arguments
    try:
        options = build_parser().parse_args(arguments)
        code: int = options.run(options)
    except UserError as error:
        return report_failure(str(error), REFUSED, as_json=as_json)
    except InfrastructureError as error:
        return report_failure(str(error), FAULT, as_json=as_json)
    except BrokenPipeError:
        raise  # nobody reads the output any more
    except KeyboardInterrupt:
        return report_failure("Interrumpido: lo hecho hasta aquí quedó guardado.", FAULT, as_json=as_json)
    except Exception as error:
        log.debug("fault", exc_info=error)
        return report_failure(
            f"Falla interna ({type(error).__name__}): no se guardó nada a medias.", FAULT, as_json=as_json
        )
    return code


def build_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands, each with its function ``run`` and the names of its ``actions``."""
    parser = _Parser(prog="python -m reviewer", description="Dictamen: el lugar donde un jurado decide quién entra.")
    parser.add_argument(
        "--version", action="version", version=f"Dictamen {__version__}", help="muestra la versión y termina"
    )
    commands = parser.add_subparsers(required=True, metavar="ORDEN", parser_class=_Parser)
    for command_module in (calls, intake, screening, jury, decision, maintenance, privacy, server):
        command_module.add(commands)
    return parser
