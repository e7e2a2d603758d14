"""The base of the exceptions with which a service refuses an act that is not possible now."""

from django.utils.functional import Promise


class RefusedError(Exception):
    """An act is not possible now; pages show `message` (profiles/pages.py).

    Subclass it only where code catches that refusal alone, or where several places raise it.
    """

    message: str | Promise = ""
    field: str | None = None  # of a form, if the refusal is about that field

    def __init__(self, message: str | Promise = "") -> None:
        super().__init__(message)
        self.message = message or self.message

    def __str__(self) -> str:
        return str(self.message)
