"""How long a validation waits for what is still settling, in all."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FIRST, LONGEST, GROWTH = 1.0, 15.0, 1.5  # seconds between two looks, and how the pause grows


@dataclass(frozen=True, slots=True)
class Patience:
    """`limit`: seconds from now for everything together, not for each table: a thousand tables wait no longer than one."""

    limit: float = 0
    pause: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic
    began: float = field(default=-1.0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "began", self.clock())

    def rounds(self) -> Iterator[None]:
        """Looks: one at once, then after pauses that grow, until the limit is reached."""
        pause = FIRST
        yield
        while (left := self.began + self.limit - self.clock()) > 0:
            self.pause(min(pause, left))
            yield
            pause = min(pause * GROWTH, LONGEST)
