"""Suppression of small cells, and of the totals that would give them away."""

from typing import overload

import numpy as np
from numpy.typing import NDArray


@overload
def tells_a_part(hidden_parts: int) -> bool: ...
@overload
def tells_a_part(hidden_parts: NDArray[np.int64]) -> NDArray[np.bool_]: ...
def tells_a_part(hidden_parts: int | NDArray[np.int64]) -> bool | NDArray[np.bool_]:
    """Whether a total tells a hidden part: it does when exactly one of its parts is hidden.

    With two or more it tells their sum and neither of them: complementary suppression, see
    Willenborg and de Waal, Elements of Statistical Disclosure Control (2001).

    Args:
        hidden_parts: how many of its parts are hidden; one number, or one for each total.
    """
    return hidden_parts == 1
