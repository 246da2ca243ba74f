"""Exceptions whose Spanish messages are shown to people and say what to change."""

import errno

_REASONS = {
    errno.ENOSPC: "el disco está lleno",
    errno.EDQUOT: "se agotó el espacio asignado en el disco",
    errno.EFBIG: "el archivo ya no puede crecer",
    errno.EACCES: "falta permiso",
    errno.EPERM: "falta permiso",
    errno.EROFS: "el disco es de solo lectura",
    errno.ENOENT: "no existe",
    errno.ENOTDIR: "no es una carpeta",
    errno.EISDIR: "es una carpeta",
    errno.EEXIST: "ya existe",
    errno.EMFILE: "hay demasiados archivos abiertos",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.EIO: "el disco falla",
}


class UserError(Exception):
    """An action was refused and changed nothing. ``str(error)`` is the message to show."""


class Forbidden(UserError):
    """The person may not do or see this. It is also raised for what does not exist."""

    def __init__(self, message: str = "No tiene permiso para ver o hacer esto.") -> None:
        super().__init__(message)


class NotFound(UserError):
    """There is nothing with the given name."""


class StaleWrite(UserError):
    """What was to be changed has been changed meanwhile, in another tab or by another person."""


class InfrastructureError(Exception):
    """A fault of the application or the machine (a full disk, a missing permission); exit code 3."""


def os_fault(message: str, error: OSError) -> InfrastructureError:
    """Returns the error to raise where the operating system refused; its reason follows the message."""
    return InfrastructureError(f"{message}: {os_error_reason(error)}.")


def os_error_reason(error: OSError) -> str:
    """Returns in Spanish why the operating system refused."""
    return _REASONS.get(error.errno or 0, f"el sistema respondió con el error {error.errno}")
