"""What goes with innovation: regression on few provinces, with everything that limits it."""

from .fit import drivers
from .gather import variables_of
from .result import DriversResult

__all__ = ["DriversResult", "drivers", "variables_of"]
