"""How the endpoint can behave. A control word in the prompt or, failing that, in the model's name chooses a script.

Numbers follow their word after a space, `-` or `:`, so `STATUS 429 7` suits a prompt and `gpt-x-STATUS-429-7` a model.
`ONCE` anywhere before the word has it played to the first such question only; later ones get a normal answer.
`UNTIL_TOLD` has it played until the model is shown an answer of its own, and `PAGE` with a number to questions about
that page of a document only.
Where a script gives a normal answer, that is a text naming each image's size and format as received, or, to a request
with a JSON schema, a document that fits it.
"""

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from tests.peers.chat.faults import Fault, fault_for, quota_fault
from tests.peers.chat.reply import JSON_TYPE, STREAM_TYPE, Reply, split
from tests.peers.chat.request import ChatRequest
from tests.peers.exchange import Exchange, Headers

Script = Callable[..., Awaitable[None]]
"""Called with the reply and the numbers after the control word."""

FAILURES: Counter[str] = Counter()


def choose(chat: ChatRequest) -> tuple[str, list[float]]:
    """The first control word and its numbers: of the prompt, else of the model's name, else `OK`."""
    match = _WORD.search(chat.prompt) or _WORD.search(chat.model)
    if not match or _spared(chat):
        return "OK", []
    return match[1], [float(number) for number in re.findall(_NUMBER, match[2])]


def _spared(chat: ChatRequest) -> bool:
    """Whether the control word does not mean this question."""
    words = f"{chat.prompt} {chat.model}"
    page, asked = _PAGE.search(words), re.search(r"page (\d+) of", chat.prompt)
    if page and (asked is None or page[1] != asked[1]):
        return True
    return bool(_UNTIL_TOLD.search(words) and chat.shown) or _spent(chat)


def _spent(chat: ChatRequest) -> bool:
    """Whether this question was to be answered badly once, and was."""
    if not _ONCE.search(f"{chat.prompt} {chat.model}"):
        return False
    FAILURES[f"{chat.model}\n{chat.prompt}"] += 1
    return FAILURES[f"{chat.model}\n{chat.prompt}"] > 1


async def ok(reply: Reply) -> None:
    """A normal answer, in four chunks if streamed."""
    await reply.send(split(reply.text(), 4))


async def instant(reply: Reply) -> None:
    """A normal answer in one chunk, as cheap as can be: for the benchmark."""
    await reply.send_at_once(reply.text())


async def slow(reply: Reply, seconds: float = 1) -> None:
    """Nothing for `seconds`, then a normal answer."""
    await reply.exchange.pause(seconds)
    await ok(reply)


async def drip(reply: Reply, count: float = 10, seconds: float = 0.1) -> None:
    """`count` chunks, `seconds` apart."""
    text = reply.text() if reply.chat.schema is not None else ""
    pieces = split(text, int(count)) if text else [f"조각 {number + 1} " for number in range(int(count))]
    await reply.send(pieces, pause=seconds)


async def hang(reply: Reply) -> None:
    """No answer, ever."""
    await reply.exchange.pause(None)


async def status(reply: Reply, code: float = 500, retry_after: float | None = None) -> None:
    """An error with that status, with `Retry-After` in seconds if given."""
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
    await send_fault(reply.exchange, fault_for(int(code)), headers)


async def dated(reply: Reply, code: float = 503, seconds: float = 2) -> None:
    """An error with that status, whose `Retry-After` is the date that many seconds ahead."""
    headers = {"retry-after": formatdate(time.time() + seconds, usegmt=True)}
    await send_fault(reply.exchange, fault_for(int(code)), headers)


async def echo(reply: Reply) -> None:
    """400 whose message repeats the key and the prompt, as a careless gateway does."""
    key = reply.exchange.request.headers.get("authorization", "")
    await send_fault(reply.exchange, Fault(f"cannot answer {reply.chat.prompt!s} for {key}"))


async def quota(reply: Reply) -> None:
    """429 `insufficient_quota`: the one 429 that no retry cures."""
    await send_fault(reply.exchange, quota_fault())


async def quote_key(reply: Reply) -> None:
    """401 that quotes the key it was sent, whole, as careless servers do."""
    key = reply.exchange.request.headers["authorization"].removeprefix("Bearer ")
    await send_fault(reply.exchange, Fault(f"Incorrect API key provided: {key}.", None, "invalid_api_key", 401))


async def fail_first(reply: Reply, times: float = 1) -> None:
    """500 `times` times, then a normal answer; counted for each X-Request-ID, or each prompt and model without one."""
    key = reply.exchange.request.headers.get("x-request-id") or f"{reply.chat.model}\n{reply.chat.prompt}"
    FAILURES[key] += 1
    await (status(reply) if FAILURES[key] <= times else ok(reply))


async def garbage(reply: Reply) -> None:
    """200 with a page of HTML, as from a proxy that wants a login."""
    await reply.exchange.respond(200, {"content-type": "text/html"}, b"<html><body>Please log in</body></html>")


async def bad_chunk(reply: Reply) -> None:
    """A good chunk, then one that is not JSON; not streamed: a body that says it is JSON and is not."""
    if not reply.chat.stream:
        return await reply.exchange.respond(200, JSON_TYPE, b'{"id": "chatcmpl-')
    await reply.exchange.start(200, STREAM_TYPE)
    good = b"".join(reply.chunks([reply.text()]))
    await reply.exchange.finish(good + b'data: {"id": "chatcmpl-\n\n' + reply.ending("", "stop"))


async def cut(reply: Reply) -> None:
    """Half an answer, then the connection is closed: the HTTP message stays unfinished."""
    whole = reply.whole(reply.text(), "stop")
    headers = STREAM_TYPE if reply.chat.stream else JSON_TYPE | {"content-length": str(len(whole))}
    await reply.exchange.start(200, headers)
    await reply.exchange.write(_half(reply) if reply.chat.stream else whole[: len(whole) // 2])


async def cut_clean(reply: Reply) -> None:
    """Half an answer in a complete HTTP message: no finish reason, no `[DONE]`."""
    whole = reply.whole(reply.text(), "stop")
    await reply.exchange.start(200, STREAM_TYPE if reply.chat.stream else JSON_TYPE)
    await reply.exchange.finish(_half(reply) if reply.chat.stream else whole[: len(whole) // 2])


async def stall(reply: Reply) -> None:
    """Half an answer, then nothing more, ever."""
    await reply.exchange.start(200, STREAM_TYPE)
    await reply.exchange.write(_half(reply))
    await reply.exchange.pause(None)


async def reset(reply: Reply) -> None:
    """The connection is dropped without an answer."""
    await reply.exchange.reset()


async def stream_error(reply: Reply) -> None:
    """Half an answer, then OpenAI's error object in place of a chunk."""
    await reply.exchange.start(200, STREAM_TYPE)
    await reply.exchange.finish(_half(reply) + b"data: " + fault_for(503).json() + b"\n\n")


async def not_chunks(reply: Reply) -> None:
    """Good JSON that is no chunk."""
    await reply.exchange.start(200, STREAM_TYPE)
    await reply.exchange.finish(b'data: {"choices": [{"delta": null}]}\n\ndata: [1]\n\ndata: [DONE]\n\n')


async def length(reply: Reply) -> None:
    """Half an answer, `finish_reason` `length`."""
    await reply.send(split(reply.text(), 4)[:2], finish="length")


async def refuse(reply: Reply) -> None:
    """A refusal instead of content."""
    await reply.send(["I'm sorry, ", "I can't help with that."], field="refusal")


async def content_filter(reply: Reply) -> None:
    """Half an answer, `finish_reason` `content_filter`."""
    await reply.send(split(reply.text(), 4)[:2], finish="content_filter")


async def bad_json(reply: Reply) -> None:
    """Content that is not JSON, whatever schema was asked for, ended as if all were well."""
    await reply.send(["Here is your table:\n", "| 품목 | Qty |\n"])


async def empty(reply: Reply) -> None:
    """No content, ended as if all were well."""
    await reply.send([""])


SCRIPTS: dict[str, Script] = {
    "OK": ok,
    "INSTANT": instant,
    "SLOW": slow,
    "DRIP": drip,
    "HANG": hang,
    "STATUS": status,
    "DATED": dated,
    "ECHO": echo,
    "QUOTA": quota,
    "QUOTE_KEY": quote_key,
    "FAIL_FIRST": fail_first,
    "GARBAGE": garbage,
    "BAD_CHUNK": bad_chunk,
    "CUT": cut,
    "CUT_CLEAN": cut_clean,
    "STALL": stall,
    "RESET": reset,
    "STREAM_ERROR": stream_error,
    "NOT_CHUNKS": not_chunks,
    "LENGTH": length,
    "REFUSE": refuse,
    "FILTER": content_filter,
    "BAD_JSON": bad_json,
    "EMPTY": empty,
}

_NUMBER = r"\d+(?:\.\d+)?"
# Not \b: a Korean particle may follow a control word directly, and it counts as a word character.
_WORD = re.compile(rf"(?<![A-Za-z0-9_])({'|'.join(SCRIPTS)})(?![A-Za-z0-9_])((?:[ :-]{_NUMBER})*)")

_ONCE = re.compile(r"(?<![A-Za-z0-9_])ONCE(?![A-Za-z0-9_])")
_UNTIL_TOLD = re.compile(r"(?<![A-Za-z0-9_])UNTIL_TOLD(?![A-Za-z0-9_])")
_PAGE = re.compile(r"(?<![A-Za-z0-9_])PAGE[ :-](\d+)")


async def send_fault(exchange: Exchange, fault: Fault, headers: Headers | None = None) -> None:
    """Answer with OpenAI's error object."""
    await exchange.respond(fault.status, JSON_TYPE | (headers or {}), fault.json())


def _half(reply: Reply) -> bytes:
    return b"".join(reply.chunks(split(reply.text(), 4)[:2]))
