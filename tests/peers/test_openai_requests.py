"""What the endpoint refuses, and what it tells of the images it got."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from PIL import Image, PngImagePlugin

from tests.peers.process import Peer

Json = dict[str, Any]


@pytest.fixture
def client(openai_peer: Peer) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{openai_peer.url}/v1", api_key="sk-test", max_retries=0, timeout=10) as client:
        yield client


def encoded(format: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, format, **more)
    return file.getvalue()


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 33.0, 0.0)}
    return exif


def image_part(data: bytes, mime: str, **more: Any) -> Json:
    url = f"data:{mime};base64,{base64.b64encode(data).decode()}"
    return {"type": "image_url", "image_url": {"url": url, **more}}


def send(client: OpenAI, *parts: Json, **more: Any) -> Any:
    content: Any = [{"type": "text", "text": "OK"}, *parts]
    more = {"model": "gpt-5.6-terra", "messages": [{"role": "user", "content": content}]} | more
    return client.chat.completions.create(**more)


def refused(client: OpenAI, *parts: Json, **more: Any) -> openai.BadRequestError:
    with pytest.raises(openai.BadRequestError) as caught:
        send(client, *parts, **more)
    assert caught.value.type == "invalid_request_error"
    return caught.value


def test_image_facts(client: OpenAI, openai_peer: Peer) -> None:
    photo = encoded("JPEG", exif=located())
    answer = send(client, image_part(photo, "image/jpeg", detail="high"))
    assert "40x30 JPEG" in answer.choices[0].message.content
    [seen] = openai_peer.seen()
    [image] = seen["images"]
    assert seen["details"] == [image["detail"]] == ["high"]
    assert (image["format"], image["size"], image["mode"]) == ("JPEG", [40, 30], "RGB")
    assert image["bytes"] == len(photo)
    assert (image["exif"], image["gps"], image["metadata"]) == (True, True, ["exif"])


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_metadata_is_found_in_each_format(client: OpenAI, openai_peer: Peer, format: str) -> None:
    mime = f"image/{format.lower()}"
    send(client, image_part(encoded(format), mime), image_part(encoded(format, exif=located()), mime))
    clean, tagged = openai_peer.seen()[0]["images"]
    assert (clean["exif"], clean["gps"], clean["metadata"]) == (False, False, [])
    assert (tagged["exif"], tagged["gps"]) == (True, True)


def test_metadata_behind_the_pixels_is_found(client: OpenAI, openai_peer: Peer) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add(b"tEXt", b"where\0home", after_idat=True)
    send(client, image_part(encoded("PNG", pnginfo=texts), "image/png"))
    assert openai_peer.seen()[0]["images"][0]["metadata"] == ["tEXt"]


def test_a_still_gif_is_taken_and_a_moving_one_is_not(client: OpenAI) -> None:
    send(client, image_part(encoded("GIF", mode="L"), "image/gif"))
    frames = [Image.new("L", (40, 30), 255)]
    refused(client, image_part(encoded("GIF", mode="L", save_all=True, append_images=frames), "image/gif"))


BAD_IMAGES: dict[str, Json] = {
    "not an image": image_part(b"hello", "image/png"),
    "a format it does not take": image_part(encoded("BMP"), "image/bmp"),
    "another type than it says": image_part(encoded("PNG"), "image/jpeg"),
    "no base64": {"type": "image_url", "image_url": {"url": "data:image/png;base64,@@@"}},
    "no data URI": {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}},
    "a string for an object": {"type": "image_url", "image_url": "data:image/png;base64,aaaa"},
    "an object for a string": {"type": "image_url", "image_url": {"url": {"url": "data:"}}},
    "an unknown detail": image_part(encoded("PNG"), "image/png", detail="medium"),
    "an unknown part": {"type": "picture"},
}


@pytest.mark.parametrize("name", BAD_IMAGES)
def test_bad_images_are_refused(client: OpenAI, openai_peer: Peer, name: str) -> None:
    refused(client, BAD_IMAGES[name])
    [seen] = openai_peer.seen()
    assert seen["status"] == 400 and seen["error"]


BAD_REQUESTS: dict[str, Json] = {
    "no messages": {"messages": []},
    "unknown role": {"messages": [{"role": "robot", "content": "x"}]},
    "no content": {"messages": [{"role": "user"}]},
    "an image from the system": {
        "messages": [{"role": "system", "content": [image_part(encoded("PNG"), "image/png")]}]
    },
    "unknown parameter": {"extra_body": {"colour": "red"}},
    "an old parameter": {"max_tokens": 5},
    "options of a stream that is none": {"stream_options": {"include_usage": True}},
    "an unknown format": {"response_format": {"type": "xml"}},
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_bad_requests_are_refused(client: OpenAI, name: str) -> None:
    refused(client, **BAD_REQUESTS[name])


@pytest.mark.parametrize("key", ["sk-invalid-1", " "])
def test_a_key_is_needed(client: OpenAI, key: str) -> None:
    with pytest.raises(openai.AuthenticationError):
        send(client.with_options(default_headers={"authorization": f"Bearer {key}".strip()}))


def strict(schema: Json, *, strict: bool = True) -> Json:
    return {"type": "json_schema", "json_schema": {"name": "table", "schema": schema, "strict": strict}}


def closed(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


LOOSE: dict[str, Json] = {
    "an open object": {"type": "object", "properties": {}, "required": []},
    "an optional property": closed(a={"type": "string"}) | {"required": []},
    "an open object within": closed(a={"type": "array", "items": {"type": "object", "properties": {}}}),
    "a default": closed(a={"type": "string", "default": ""}),
    "a tuple": closed(a={"type": "array", "prefixItems": [{"type": "string"}]}),
    "allOf": closed(a={"allOf": [{"type": "string"}]}),
    "a foreign format": closed(a={"type": "string", "format": "uri"}),
    "no type": closed(a={}),
    "required that is no list": closed(a={"type": "string"}) | {"required": "a"},
    "an array at the root": {"type": "array", "items": {"type": "string"}},
}


@pytest.mark.parametrize("name", LOOSE)
def test_loose_schemas_are_refused(client: OpenAI, name: str) -> None:
    error = refused(client, response_format=strict(LOOSE[name]))
    assert error.param == "response_format" and "Invalid schema for response_format 'table'" in str(error)
    send(client, response_format=strict(LOOSE[name] | {"type": "object"}, strict=False))


def test_a_strict_schema_is_taken(client: OpenAI, openai_peer: Peer) -> None:
    cell = closed(text={"anyOf": [{"type": "string"}, {"type": "null"}]}, sure={"type": ["number", "null"]})
    schema = closed(cells={"type": "array", "items": {"$ref": "#/$defs/cell"}}) | {"$defs": {"cell": cell}}
    send(client, response_format=strict(schema))
    assert openai_peer.seen()[0]["response_format"] == "json_schema"
