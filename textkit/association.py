"""How much more often than chance two things are found together."""

import numpy as np
from numpy.typing import ArrayLike


def npmi(joint: ArrayLike, one: ArrayLike, other: ArrayLike, units: float) -> np.ndarray:
    """Normalised pointwise mutual information (Bouma 2009): ln(p(x, y) / p(x) p(y)) / -ln p(x, y).

    Of the units, ``joint`` hold both, ``one`` and ``other`` each. 1 where each stands only with the other, 0 where
    chance would have it so, -1 where never.

    >>> npmi([2, 1, 0], [2, 2, 2], [2, 2, 2], 4).tolist()
    [1.0, 0.0, -1.0]
    """
    share = np.asarray(joint, dtype=float) / units
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(share * units**2 / (np.asarray(one, dtype=float) * other)) / -np.log(share)
    return np.where(share == 0, -1, np.where(share == 1, 1, value))
