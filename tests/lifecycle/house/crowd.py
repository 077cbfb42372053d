"""A crowd of clients at once: each answer with how long it took."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import requests


@dataclass
class Crowd:
    """Clients that ask the same again and again, each on a thread, until the context ends."""

    size: int
    ask: Callable[[requests.Session], requests.Response]
    answers: list[requests.Response] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(self.size)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert not self.broken, self.broken

    @property
    def codes(self) -> Counter[int]:
        return Counter(answer.status_code for answer in self.answers)

    @property
    def worst(self) -> float:
        return max(self.seconds)

    def _run(self) -> None:
        with requests.Session() as http:
            http.trust_env = False
            while not self._over.is_set():
                begun = time.monotonic()
                try:
                    answer = self.ask(http)
                except Exception as error:
                    self.broken.append(error)
                    return
                self.seconds.append(time.monotonic() - begun)
                self.answers.append(answer)
                self._over.wait(0.02)
