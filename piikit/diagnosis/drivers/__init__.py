"""What goes with innovation: regression on few provinces, with everything that limits it."""

from .drivers_result import DriversResult
from .fit import drivers
from .gather import variables_of

__all__ = ["DriversResult", "drivers", "variables_of"]
