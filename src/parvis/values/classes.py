"""The classes of moving objects that Parvis counts, and their compact codes in arrays."""

from enum import IntEnum


class ObjectClass(IntEnum):
    """A class of counted object. The integer is the code used in NumPy arrays (``int8``).

    ``VEHICLE`` is for models that do not tell car, bus and truck apart.
    """

    PERSON = 0
    BICYCLE = 1
    CAR = 2
    BUS = 3
    TRUCK = 4
    MOTORCYCLE = 5
    VEHICLE = 6

    @property
    def label(self) -> str:
        """The name used in site.yaml, the API and files, for example ``person``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "ObjectClass":
        """Return the class of that name.

        Raises:
            ValueError: no such class; the message lists the known ones.
        """
        try:
            return cls[label.upper()]
        except KeyError:
            known = ", ".join(member.label for member in cls)
            raise ValueError(f"unknown class {label!r}; known classes: {known}") from None
