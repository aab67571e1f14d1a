"""The steps from raw values to scores; the functions in these files register themselves under their names."""

from . import aggregation, normalisation, treatment, weights

__all__ = ["aggregation", "normalisation", "treatment", "weights"]
