"""What a person is told when something can't be done. Messages are Spanish and say what to change."""

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
    """An action that was refused and changed nothing. ``str(error)`` is the sentence to show."""


class Forbidden(UserError):
    """The person may not do or see this. The same answer is given for what does not exist."""

    def __init__(self, message: str = "No tiene permiso para ver o hacer esto.") -> None:
        super().__init__(message)


class NotFound(UserError):
    """What is asked for by its name is not there."""


class StaleWrite(UserError):
    """What was being changed has changed meanwhile, in another tab or by another person."""


class InfrastructureError(Exception):
    """A fault of ours or of the machine (full disk, folder without permission); exit code 3."""


def os_error_reason(error: OSError) -> str:
    """Why the machine refused, in words; the system's own are English."""
    return _REASONS.get(error.errno or 0, f"el sistema respondió con el error {error.errno}")
