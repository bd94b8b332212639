"""The types of numpy arrays: floating-point numbers, and integers that index rows, columns or classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Scores, weights, vectors, probabilities; of any shape.
Floats = npt.NDArray[np.float32]
#: The same where sums must be exact.
Doubles = npt.NDArray[np.float64]
#: Numbers of texts, features or classes; of any shape.
Indices = npt.NDArray[np.intp]
