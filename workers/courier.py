"""The courier: `python -m workers.courier` sends what the outbox owes, signed, until each is delivered or given up."""

from service import startup  # isort: skip

import asyncio
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
from sqlalchemy.exc import SQLAlchemyError
from standardwebhooks import Webhook

from service.jobs.bell import Bell
from service.jobs.database import Database
from service.jobs.files import require_writable
from service.jobs.job import now
from service.jobs.lock import hold_alone
from service.jobs.outbox import Delivery, Outbox, Outcome
from service.jobs.schema import require_current_schema
from service.jobs.trace import hop, trace_id
from service.logs import Logger, configure_logs
from service.manager import Manager
from service.settings import Settings, load_settings
from workers.address import Forbidden, resolve
from workers.retry_after import seconds_asked_for
from workers.signing import callback_secrets
from workers.tether import end_at_once

RETRIES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each further try [Standard Webhooks 1.0.0], each varied by a tenth lest they come together."""

TIME_LIMIT = 15.0
"""Seconds a receiver has to answer [Standard Webhooks 1.0.0]."""

AT_ONCE = 32
"""Deliveries under way at the same time."""

FOR_ONE = 4
"""Of these to one receiver, so that a slow one leaves room for the others."""

LOOK = 5.0
"""Seconds between two looks at the outbox, should a ring have been lost."""

_GONE = 410
_LONGEST_WAIT = 86_400


class Courier:
    """Sends deliveries. `run` ends when `stop` is called; what is under way then stays owed."""

    def __init__(self, settings: Settings, outbox: Outbox, secrets: tuple[str, ...], log: Logger) -> None:
        self._outbox = outbox
        self._allowed_hosts = settings.callback_allowed_hosts
        self._signers = [Webhook(secret) for secret in secrets]
        self._log = log
        self._bell = Bell(settings.data_dir / "courier.bell")
        self._news = asyncio.Event()
        self._stopping = False
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._receivers: Counter[str] = Counter()
        self._tls = httpx2.create_ssl_context(trust_env=False)  # once: reading the authorities takes 24 ms
        # Of its own and as large as can be needed: a name server that hangs must not hold up other names.
        self._resolvers = ThreadPoolExecutor(AT_ONCE, "resolver")

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_reader(self._bell.fileno(), self._hear)
        self._log.info("courier_started")
        while not self._stopping:
            self._news.clear()
            await self._wait(self._dispatch())
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._log.info("courier_stopped")

    def stop(self) -> None:
        self._stopping = True
        self._news.set()

    def _hear(self) -> None:
        self._bell.take()
        self._news.set()

    def _dispatch(self) -> float:
        """Start what is due and can be started; returns the seconds until there may be more."""
        try:
            while found := self._startable():
                for delivery in found:
                    self._receivers[delivery.origin] += 1
                    self._under_way[delivery.seq] = asyncio.create_task(self._handle(delivery))
            if len(self._under_way) >= AT_ONCE:
                return LOOK
            due = self._outbox.next_due(set(self._under_way), self._full)
        except SQLAlchemyError:
            self._log.error("database_error", exc_info=True)
            return LOOK
        return LOOK if due is None else min(max(0.0, (due - now()) / 1000), LOOK)

    def _startable(self) -> list[Delivery]:
        """What is due, as far as there is room for it and for its receiver; empty when nothing is."""
        free, room = AT_ONCE - len(self._under_way), Counter[str]()
        found = []
        for delivery in self._outbox.due(free, set(self._under_way), self._full) if free else ():
            room[delivery.origin] += 1
            if self._receivers[delivery.origin] + room[delivery.origin] <= FOR_ONE:
                found.append(delivery)
        return found

    @property
    def _full(self) -> set[str]:
        """The receivers that have as many deliveries under way as they may."""
        return {origin for origin, count in self._receivers.items() if count >= FOR_ONE}

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass  # time to look

    async def _handle(self, delivery: Delivery) -> None:
        log = self._log.bind(
            task_id=delivery.job_id,
            request_id=delivery.request_id,
            trace_id=trace_id(delivery.traceparent),
            delivery=delivery.id,
            attempt=delivery.attempt + 1,
        )
        at, began = now(), time.monotonic()

        def took(status: int | None, error: str | None) -> Outcome:
            return Outcome(at, round((time.monotonic() - began) * 1000), status, error)

        try:
            try:
                status, retry_after = await self._send(delivery)
                fine = 200 <= status < 300
                self._note(delivery, log, took(status, None if fine else f"HTTP {status}"), retry_after)
            except Forbidden:
                self._outbox.give_up(delivery, took(None, "the address is not global"))
                log.warning("delivery_forbidden")
            except SQLAlchemyError:
                raise
            except Exception as error:  # whatever it was: a delivery with nothing noted would be due again at once
                self._note(delivery, log, took(None, type(error).__name__), None)
        except SQLAlchemyError:
            log.error("database_error", exc_info=True)  # still owed, so it is sent once more: same id, same body
            await asyncio.sleep(LOOK)
        finally:
            del self._under_way[delivery.seq]
            self._receivers[delivery.origin] -= 1
            self._receivers += Counter()  # drops the zeros
            self._news.set()

    def _note(self, delivery: Delivery, log: Logger, outcome: Outcome, retry_after: float | None) -> None:
        """Store what became of a try."""
        if outcome.error is None:
            self._outbox.delivered(delivery, outcome)
            log.info("delivered", status=outcome.status)
        elif outcome.status == _GONE or delivery.attempt >= len(RETRIES):
            stopped = self._outbox.give_up(delivery, outcome, gone=outcome.status == _GONE)
            log.error("delivery_given_up", outcome=outcome.error)
            if stopped:
                log.error("endpoint_stopped")
        else:
            asked_for = min(retry_after or 0, _LONGEST_WAIT)
            pause = max(RETRIES[delivery.attempt] * random.uniform(0.9, 1.1), asked_for)
            self._outbox.postpone(delivery, now() + int(pause * 1000), outcome)
            log.warning("delivery_failed", outcome=outcome.error, retry_in_seconds=round(pause, 1))

    async def _send(self, delivery: Delivery) -> tuple[int, float | None]:
        """One try: the status and the wait asked for. Raises Forbidden, and all that names, TLS and HTTP can raise."""
        parts = urlsplit(delivery.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        async with asyncio.timeout(TIME_LIMIT):
            address = await self._resolved(host, port)
            netloc = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            # The connection goes to the address that was judged; name and certificate are still those of the host.
            url = parts._replace(netloc=netloc, fragment="").geturl()
            headers = {"Host": parts.netloc.encode("idna").decode(), **self._headers(delivery)}
            async with (
                httpx2.AsyncClient(
                    verify=self._tls, timeout=TIME_LIMIT, trust_env=False, follow_redirects=False
                ) as client,
                client.stream(
                    "POST", url, content=delivery.body.encode(), headers=headers, extensions={"sni_hostname": host}
                ) as response,
            ):
                return response.status_code, seconds_asked_for(response.headers.get("retry-after"))

    async def _resolved(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._resolvers, resolve, host, port, self._allowed_hosts)

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        moment = datetime.fromtimestamp(int(time.time()), UTC)
        signatures = [signer.sign(delivery.id, moment, delivery.body) for signer in self._signers]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "document-analysis",
            "webhook-id": delivery.id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(signatures),
            "traceparent": hop(delivery.traceparent),
        }
        return headers | ({"X-Request-ID": delivery.request_id} if delivery.request_id else {})


def main() -> None:
    """Deliver until SIGTERM, SIGINT, or the end of the process manager."""
    settings = load_settings()
    require_writable(*settings.folders)
    require_current_schema(settings.database_url)
    hold_alone(settings.data_dir / "courier.lock", "courier")
    log = configure_logs(settings, "courier")
    Manager().followed()
    startup.end()
    with closing(Database(settings.database_url, busy_seconds=5)) as database:
        asyncio.run(Courier(settings, Outbox(database), callback_secrets(settings), log).run())


if __name__ == "__main__":
    main()
    end_at_once()
