"""How often, and how long apart, a question is asked again, and when the whole server is left alone.

The client's own retries are off: they sleep through a cancel, and know neither the run's deadline nor the breaker.
"""

import random
import threading
from collections.abc import Callable

from service.jobs.counters import ANSWERED, STOPPED
from workers.breaker import Breaker
from workers.engines.base import Progress
from workers.engines.openai_vision.chat import Answer
from workers.engines.openai_vision.fault import Fault
from workers.run import HeldUp

TRIES = 4
"""Times one question is asked, fewer than failures open the breaker: a job on its own fails with what happened."""

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
"""Seconds before the second try, doubled before each further one; each is cut by up to a half, by lot."""

HOLD = 120.0
"""Seconds an outage must last before a fault that may be the request's own (a 500, a cut stream) ends the job."""


class Patience:
    """One run's: asks until there is an answer, the fault is final, or the server is to be left alone.

    Questions of a run that fail side by side count as one failure, or a document of many pages would open the breaker
    by itself, and lose its tries by that.
    """

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker
        self._counted = 0
        self._lock = threading.Lock()

    def ask(self, question: Callable[[], Answer], progress: Progress) -> Answer:
        """The answer. Raises the ModelError that fits, HeldUp during an outage, and what `progress` raises."""
        tries = 0
        while True:
            tries += 1
            try:
                return self._try(lambda: _asked(question, progress), tries)
            except Fault as fault:
                if not fault.passing:
                    raise fault.error from fault
                self._wait(fault, tries, progress)

    def _try(self, question: Callable[[], Answer], tries: int) -> Answer:
        ticket = self._breaker.enter()
        if ticket is None:
            raise HeldUp("the model's server is failing")
        try:
            answer = question()
        except Fault as fault:
            self._breaker.calls.add(fault.error.code, ticket)
            if not fault.passing:
                self._succeeded(ticket)  # it judged the request, so it works
            elif self._counts(tries):
                self._breaker.failed(ticket, fault.reason, fault.retry_after)
            else:
                self._breaker.left(ticket)
            raise
        except BaseException:
            self._breaker.calls.add(STOPPED, ticket)
            self._breaker.left(ticket)
            raise
        self._breaker.calls.add(ANSWERED, ticket)
        self._succeeded(ticket)
        return answer

    def _succeeded(self, ticket: float) -> None:
        with self._lock:
            self._counted = 0
        self._breaker.succeeded(ticket)

    def _counts(self, tries: int) -> bool:
        """Whether a failed try is the run's first of that number since an answer."""
        with self._lock:
            counts, self._counted = tries > self._counted, max(tries, self._counted)
        return counts

    def _wait(self, fault: Fault, tries: int, progress: Progress) -> None:
        """Until the next try. Raises the fault's error when there is to be none."""
        if self._breaker.open:
            self._hold(fault, progress)
        backoff = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT) * random.uniform(0.5, 1.0)
        wait = max(backoff, (fault.retry_after or 0) * random.uniform(1.0, 1.1))  # lest all come back together
        if tries >= TRIES or wait >= progress.seconds_left:
            raise fault.error from fault
        progress.log.warning("model_retry", reason=fault.reason, tries=tries, wait_seconds=round(wait, 2))
        progress.wait(wait, unless=lambda: self._breaker.open)

    def _hold(self, fault: Fault, progress: Progress) -> None:
        """The breaker keeps a queue from failing job by job; a job on its own fails with what happened."""
        if progress.alone or (not fault.down and self._breaker.seconds_open > HOLD):
            raise fault.error from fault
        raise HeldUp(fault.reason) from fault


def _asked(question: Callable[[], Answer], progress: Progress) -> Answer:
    """The answer; where the connection was cut because the run is over, what says so: the server did not fail."""
    try:
        return question()
    except Fault:
        progress.wait(0, unless=lambda: False)
        raise
