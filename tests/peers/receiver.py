"""A callback receiver whose path says how it behaves.

/ok                 200
/status/{code}      that status, with Retry-After if `?retry_after=` is given
/fail-first/{n}     500 n times for each webhook-id, then 200
/gone-until-third   410 twice, then 200
/hang               never answers
/redirect?to=URL    302 to URL
/reset              drops the connection without an answer
/slow/{seconds}     200 after that long
/drip               200, then a body that comes a byte at a time and never ends
/flood              200, then as much of a body as is taken, up to 1 GB
/_seen              GET: every delivery, newest last; DELETE: forget them
"""

from collections import Counter

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.peers.exchange import Behaviour, Exchange, SeenLog
from tests.peers.serving import main

FAILURES: Counter[str] = Counter()
LOG = SeenLog(on_reset=FAILURES.clear)


class Receiving:
    """An endpoint that logs each delivery and behaves as its path says."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await LOG.serve(self._take, scope, receive, send)

    async def _take(self, exchange: Exchange) -> None:
        exchange.entry["body"] = exchange.body.decode(errors="replace")
        await self._behave(exchange)


async def ok(exchange: Exchange) -> None:
    """Take the delivery."""
    await exchange.respond(200, {}, b"")


async def status(exchange: Exchange) -> None:
    """Answer with the status asked for."""
    retry_after = exchange.request.query_params.get("retry_after")
    headers = {"retry-after": retry_after} if retry_after else {}
    await exchange.respond(exchange.request.path_params["code"], headers, b"")


async def fail_first(exchange: Exchange) -> None:
    """Answer 500 until this webhook-id has come often enough."""
    webhook = exchange.request.headers.get("webhook-id", "")
    FAILURES[webhook] += 1
    failing = FAILURES[webhook] <= exchange.request.path_params["times"]
    await exchange.respond(500 if failing else 200, {}, b"")


async def gone_until_third(exchange: Exchange) -> None:
    """Answer 410 twice, then take what comes."""
    FAILURES["gone"] += 1
    await exchange.respond(410 if FAILURES["gone"] <= 2 else 200, {}, b"")


async def hang(exchange: Exchange) -> None:
    """Never answer."""
    await exchange.pause(None)


async def redirect(exchange: Exchange) -> None:
    """Point elsewhere."""
    await exchange.respond(302, {"location": exchange.request.query_params["to"]}, b"")


async def reset(exchange: Exchange) -> None:
    """Drop the connection."""
    await exchange.reset()


async def slow(exchange: Exchange) -> None:
    """Take the delivery, later."""
    await exchange.pause(exchange.request.path_params["seconds"])
    await exchange.respond(200, {}, b"")


async def drip(exchange: Exchange) -> None:
    """Take the delivery, and never come to an end."""
    await exchange.start(200, {})
    while True:
        await exchange.write(b".")
        await exchange.pause(0.1)


async def flood(exchange: Exchange) -> None:
    """Take the delivery, and pour out a body."""
    await exchange.start(200, {"content-length": str(1024**3)})
    for _ in range(1024):
        await exchange.write(bytes(1024**2))
        await exchange.pause(0)


app = Starlette(
    routes=[
        Route("/_seen", LOG.endpoint, methods=["GET", "DELETE"]),
        Route("/ok", Receiving(ok)),
        Route("/status/{code:int}", Receiving(status)),
        Route("/fail-first/{times:int}", Receiving(fail_first)),
        Route("/gone-until-third", Receiving(gone_until_third)),
        Route("/hang", Receiving(hang)),
        Route("/redirect", Receiving(redirect)),
        Route("/reset", Receiving(reset)),
        Route("/drip", Receiving(drip)),
        Route("/flood", Receiving(flood)),
        Route("/slow/{seconds:float}", Receiving(slow)),
    ]
)

if __name__ == "__main__":
    main(app, __doc__)
