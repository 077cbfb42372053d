"""An endpoint that speaks OpenAI's Chat Completions, refuses what OpenAI refuses, and behaves as the prompt says.

POST /v1/chat/completions   scripted by control words, see tests/peers/chat/scripts.py
GET  /v1/models             two models; any name is served
/_seen                      GET: every request, newest last; DELETE: forget them
/_outage?status=503         POST: answer every question with that status; DELETE: answer again
/_answer?to=page 2 of 3     POST: the body is the normal answer to questions with these words, until the log is deleted
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.peers.chat.faults import Fault, fault_for
from tests.peers.chat.reply import ANSWERS, Reply
from tests.peers.chat.request import ChatRequest, check_key, read_request
from tests.peers.chat.scripts import FAILURES, SCRIPTS, choose, send_fault
from tests.peers.exchange import Exchange, SeenLog
from tests.peers.serving import main

MODELS = ("gpt-5.6-terra", "gpt-5.6-luna")

OUTAGE: list[int] = []


def forget() -> None:
    """Forget every count and every answer that a test laid down."""
    FAILURES.clear()
    ANSWERS.clear()


LOG = SeenLog(on_reset=forget)


class Completions:
    """The endpoint of chat completions."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await LOG.serve(complete, scope, receive, send)


async def complete(exchange: Exchange) -> None:
    """Check one request, then play the script it names."""
    try:
        if OUTAGE:
            raise fault_for(OUTAGE[0])
        check_key(exchange.request.headers.get("authorization"))
        chat = read_request(exchange.body)
    except Fault as fault:
        exchange.entry["error"] = str(fault)
        return await send_fault(exchange, fault)
    await _play(exchange, chat)


async def _play(exchange: Exchange, chat: ChatRequest) -> None:
    word, numbers = choose(chat)
    exchange.entry |= chat.seen() | {"script": word}
    await SCRIPTS[word](Reply(exchange, chat), *numbers)


async def models(request: Request) -> JSONResponse:
    """The list of models."""
    try:
        check_key(request.headers.get("authorization"))
    except Fault as fault:
        return JSONResponse(fault.body, fault.status)
    data = [{"id": name, "object": "model", "created": 1_760_000_000, "owned_by": "openai"} for name in MODELS]
    return JSONResponse({"object": "list", "data": data})


async def outage(request: Request) -> Response:
    """Be out of service, or in it again."""
    OUTAGE.clear()
    if request.method == "POST":
        OUTAGE.append(int(request.query_params["status"]))
    return Response(status_code=204)


async def answer(request: Request) -> Response:
    """Lay down what some questions are answered with."""
    ANSWERS[request.query_params["to"]] = (await request.body()).decode()
    return Response(status_code=204)


app = Starlette(
    routes=[
        Route("/v1/chat/completions", Completions(), methods=["POST"]),
        Route("/v1/models", models),
        Route("/_seen", LOG.endpoint, methods=["GET", "DELETE"]),
        Route("/_outage", outage, methods=["POST", "DELETE"]),
        Route("/_answer", answer, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    main(app, __doc__)
