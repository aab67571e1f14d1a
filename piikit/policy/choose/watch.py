"""Time for a search: it ends when time is up or on Ctrl-C, with what was found so far.

The solver looks at its clock only now and then and at the keyboard never, so a search runs in a
thread of its own and the caller waits no longer than was agreed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

from .highs import leave

GRACE = 0.5


class Watch:
    """Seconds that a search may take.

    Attributes
    ----------
    seconds : float
    stopped : bool
        Whether somebody asked it to end before.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.stopped = seconds, False
        self._begun = time.perf_counter()
        self._end = self._begun + seconds

    @property
    def taken(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._begun

    def part(self, share: float) -> Watch:
        """A watch over a share of what is left."""
        return Watch(share * self.left)

    @property
    def left(self) -> float:
        """Seconds left, none after a stop."""
        return 0.0 if self.stopped else max(0.0, self._end - time.perf_counter())

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def run(self, work: Callable[[], object]) -> bool:
        """Do `work` in a thread that looks at this watch; return whether it came to its end.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, when the watch has been stopped; whatever `work` raises.
        """
        raised: list[BaseException] = []

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # it is raised where somebody waits
                raised.append(error)

        thread = Thread(target=guarded, daemon=True)
        thread.start()
        try:
            while thread.is_alive() and not self.over:
                thread.join(min(0.1, self.left))
            thread.join(GRACE)
        except KeyboardInterrupt:
            self.stopped = True
            leave(thread)
            raise
        if thread.is_alive():
            self.stopped = True
            leave(thread)
            return False
        if raised:
            raise raised[0]
        return True
