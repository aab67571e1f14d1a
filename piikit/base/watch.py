"""Time for a search, and Ctrl-C while it lasts: both end it with what was found so far."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import Any


class Watch:
    """Seconds that a search may take, from its first step to its last; everything expensive asks it.

    Within ``with`` Ctrl-C does not interrupt: it stops this watch and all those around it. A second
    Ctrl-C interrupts as ever; so does the first if somebody else handles it, or in another thread.

    Attributes
    ----------
    seconds : float
    breaks : bool
        Whether Ctrl-C interrupts nevertheless, where the work under way cannot ask.
    """

    def __init__(self, seconds: float = float("inf"), *, breaks: bool = False) -> None:
        self.seconds, self.breaks, self._stopped = seconds, breaks, False
        self._begun = time.perf_counter()
        self._before: Any = None
        self._around: Watch | None = None

    def __enter__(self) -> Watch:
        before = signal.getsignal(signal.SIGINT)
        around = getattr(before, "__self__", None)
        self._around = around if isinstance(around, Watch) else None
        ours = self._around is not None or before is signal.default_int_handler
        if ours and threading.current_thread() is threading.main_thread():
            self._before = before
            signal.signal(signal.SIGINT, self._asked)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _asked(self, number: int, frame: FrameType | None) -> None:
        again, watch = self.stopped, self
        while watch._around is not None:
            watch = watch._around
        watch.stop()
        if again or self.breaks:
            raise KeyboardInterrupt

    def stop(self) -> None:
        """End what asks this watch."""
        self._stopped = True

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it, or one around it, to end."""
        return self._stopped or (self._around is not None and self._around.stopped)

    @property
    def taken(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._begun

    @property
    def left(self) -> float:
        """Seconds left, none after a stop."""
        return 0.0 if self.stopped else max(0.0, self.seconds - self.taken)

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0

    def part(self, share: float) -> Watch:
        """A watch within this one, over a share of what is left."""
        part = Watch(share * self.left)
        part._around = self
        return part

    def most(self) -> Watch:
        """A watch within this one that leaves time to say what was found: a tenth, at most a second."""
        return self.part(1 - min(0.1, 1 / max(self.left, 1e-9)))
