"""The roles of people, until the policy room's own are in."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; see the policy."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    OPERATOR = "operator"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"
    DPO = "dpo"
