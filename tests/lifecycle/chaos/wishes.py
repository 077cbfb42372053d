"""What the clients of the lab ask for."""

import random

from tests.lifecycle.chaos.ledger import Wish
from tests.pictures import picture, slow_picture

_SHARES = {
    "instant": 46,
    "slow": 20,
    "drip": 10,
    "hang": 4,
    "damaged": 8,
    "large": 12,
}
"""How often each kind comes, in percent."""

_SMALL = picture()[1]
_LARGE = slow_picture(3000)[1]
_DAMAGED = picture(400, 300, "PNG", compress_level=0)[1][:5000]


class Wishes:
    """Endless wishes by chance; callbacks go to `receiver`, some of them to where they fail at first."""

    def __init__(self, chance: random.Random, receiver: str) -> None:
        self._chance = chance
        self._receiver = receiver

    def next(self) -> Wish:
        kind = self._chance.choices(list(_SHARES), list(_SHARES.values()))[0]
        callback = self._callback()
        cancel = self._chance.uniform(0, 0.5) if self._chance.random() < 0.2 else None
        if kind == "hang":
            return Wish("HANG", _SMALL, callback=callback, cancel_after=self._chance.uniform(0, 3))
        if kind == "damaged":
            return Wish("INSTANT", _DAMAGED, damaged=True, callback=callback)
        prompt = {"instant": "INSTANT", "slow": "SLOW 0.2", "drip": "DRIP 10 0.03", "large": "INSTANT"}[kind]
        return Wish(prompt, _LARGE if kind == "large" else _SMALL, callback=callback, cancel_after=cancel)

    def _callback(self) -> str | None:
        roll = self._chance.random()
        if roll < 0.4:
            return None
        return f"{self._receiver}/fail-first/1" if roll > 0.97 else f"{self._receiver}/ok"
