"""What a cell can be refused for: a code that never changes."""


class Fault(ValueError):
    """A value that cannot be taken. `code` names why; `field` which of several cells it was."""

    def __init__(self, code: str, field: str = "") -> None:
        self.code, self.field = code, field
        super().__init__(code)
