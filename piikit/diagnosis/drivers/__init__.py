"""What goes with innovation: regression on few provinces, with everything that limits it."""

from .fit import drivers
from .result import DriversResult
from .variables import variables_of

__all__ = ["DriversResult", "drivers", "variables_of"]
