"""What can go wrong with the store, told so that a person knows what to do."""


class StoreError(Exception):
    """The store cannot do what was asked; the message says what to do."""


class StoreUnavailableError(StoreError):
    """The database cannot be reached, is full or stays locked: nothing was written; try again."""


class StoreTooNewError(StoreError):
    """The database was written by a newer Parvis and is left untouched."""
