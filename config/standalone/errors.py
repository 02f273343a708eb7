"""The refusals of the set-up, each one line that a person can act on."""


class SetUpError(Exception):
    """Something on this machine keeps Rondo from starting; the message says what to do."""
