"""What a person is told when something can't be done. Messages are Spanish and say what to change."""


class Refused(Exception):
    """An action that was refused and changed nothing. ``str(error)`` is the sentence to show."""


class Forbidden(Refused):
    """The person may not do or see this. The same answer is given for what does not exist."""

    def __init__(self, message: str = "No tiene permiso para ver o hacer esto.") -> None:
        super().__init__(message)


class Stale(Refused):
    """What was being changed has changed meanwhile, in another tab or by another person."""


class MachineFault(Exception):
    """A fault of ours or of the machine (full disk, folder without permission); exit code 3."""
