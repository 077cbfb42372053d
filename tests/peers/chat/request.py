"""A Chat Completions request, read as strictly as OpenAI reads it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.peers.chat.faults import Fault
from tests.peers.chat.images import Facts, image_facts
from tests.peers.chat.strict_schema import Schema, check_strict

_PARAMETERS = """
    messages model stream stream_options response_format temperature top_p n stop seed user logprobs top_logprobs
    max_tokens max_completion_tokens reasoning_effort verbosity presence_penalty frequency_penalty logit_bias metadata
    modalities parallel_tool_calls prediction prompt_cache_key prompt_cache_retention safety_identifier service_tier
    store tool_choice tools web_search_options
"""
PARAMETERS = frozenset(_PARAMETERS.split())
ROLES = ("developer", "system", "user", "assistant")
REASONING_MODEL = re.compile(r"(gpt-[5-9]|o\d)")


@dataclass(frozen=True)
class ChatRequest:
    """What was asked, checked. `prompt` is all the user's text, `system` all system and developer text.

    `shown` is what the model is shown as its own earlier answers.
    """

    model: str
    prompt: str
    system: str
    shown: tuple[str, ...]
    images: tuple[Facts, ...]
    stream: bool
    include_usage: bool
    format: str
    schema: Schema | None
    parameters: dict[str, Any]

    def seen(self) -> dict[str, Any]:
        """The facts for the log."""
        return {
            "model": self.model,
            "prompt": self.prompt,
            "system": self.system,
            "shown": self.shown,
            "images": self.images,
            "details": [image["detail"] for image in self.images],
            "stream": self.stream,
            "response_format": self.format,
            "schema": self.schema,
            "parameters": self.parameters,
        }


def check_key(authorization: str | None) -> None:
    """Raise the 401 Fault unless a Bearer key is given that does not begin with `sk-invalid`."""
    if not authorization or not authorization.startswith("Bearer ") or not authorization[7:].strip():
        raise Fault("You didn't provide an API key.", status=401)
    if authorization.startswith("Bearer sk-invalid"):
        raise Fault("Incorrect API key provided.", None, "invalid_api_key", 401)


def read_request(body: bytes) -> ChatRequest:
    """Check the whole request. Raises Fault."""
    data = _json_object(body)
    _check_parameters(data)
    texts: dict[str, list[str]] = {role: [] for role in ROLES}
    images: list[Facts] = []
    for number, message in enumerate(data["messages"]):
        _read_message(message, f"messages[{number}]", texts, images)
    form, schema = _response_format(data.get("response_format", {"type": "text"}), body)
    return ChatRequest(
        model=data["model"],
        prompt="\n".join(texts["user"]),
        system="\n".join(texts["system"] + texts["developer"]),
        shown=tuple(texts["assistant"]),
        images=tuple(images),
        stream=data.get("stream") or False,
        include_usage=bool((data.get("stream_options") or {}).get("include_usage")),
        format=form,
        schema=schema,
        parameters={key: data[key] for key in data.keys() - {"messages", "model", "response_format"}},
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Fault("We could not parse the JSON body of your request.")
    return data


def _check_parameters(data: dict[str, Any]) -> None:
    for name in sorted(data.keys() - PARAMETERS):
        raise Fault(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    for name, kind in (("model", str), ("messages", list)):
        if not data.get(name):
            raise Fault(f"Missing required parameter: '{name}'.", name, "missing_required_parameter")
        _check_type(data[name], kind, name)
    _check_type(data.get("stream") or False, bool, "stream")
    if data.get("stream_options") and not data.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Fault(message, "stream_options", "invalid_value")
    if "max_tokens" in data and REASONING_MODEL.match(data["model"]):
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        raise Fault(message, "max_tokens", "unsupported_parameter")


def _read_message(message: Any, where: str, texts: dict[str, list[str]], images: list[Facts]) -> None:
    _check_type(message, dict, where)
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        raise Fault(f"Invalid value: {role!r}. Supported values are: {ROLES}.", f"{where}.role", "invalid_value")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    _check_type(content, list, f"{where}.content")
    for number, part in enumerate(content):
        _read_part(part, f"{where}.content[{number}]", role, texts, images)


def _read_part(part: Any, where: str, role: str, texts: dict[str, list[str]], images: list[Facts]) -> None:
    _check_type(part, dict, where)
    kind = part.get("type")
    if kind == "text":
        _check_type(part.get("text"), str, f"{where}.text")
        texts[role].append(part["text"])
    elif kind != "image_url":
        raise Fault(f"Invalid value: {kind!r}.", f"{where}.type", "invalid_value")
    elif role != "user":
        raise Fault("Image URLs are only allowed for messages with role 'user'.", where, "invalid_value")
    else:
        images.append(image_facts(part, where))


def _response_format(form: Any, body: bytes) -> tuple[str, Schema | None]:
    _check_type(form, dict, "response_format")
    kind = form.get("type")
    if kind == "json_schema":
        return kind, _schema(form.get("json_schema"))
    if kind == "json_object" and b"json" not in body.lower().replace(b"json_object", b""):
        raise Fault("'messages' must contain the word 'json' in some form.", "messages")
    if kind not in ("text", "json_object"):
        raise Fault(f"Invalid value: {kind!r}.", "response_format.type", "invalid_value")
    return kind, None


def _schema(form: Any) -> Schema:
    where = "response_format.json_schema"
    _check_type(form, dict, where)
    name, schema = form.get("name"), form.get("schema")
    if not isinstance(name, str) or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        raise Fault(f"Invalid '{where}.name': {name!r}.", f"{where}.name", "invalid_value")
    _check_type(schema, dict, f"{where}.schema")
    if form.get("strict"):
        check_strict(name, schema)
    return dict(schema)


def _check_type(value: object, kind: type, where: str) -> None:
    if not isinstance(value, kind):
        message = f"Invalid type for '{where}': expected {kind.__name__}, but got {type(value).__name__} instead."
        raise Fault(message, where, "invalid_type")
