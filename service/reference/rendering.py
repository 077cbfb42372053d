"""The description as a page or as Markdown, made by the templates beside this file."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from service.jobs.text import Language
from service.reference.outline import outline
from service.reference.words import words

_FOLDER = Path(__file__).with_name("templates")


def page(document: dict[str, Any], language: Language, server: str) -> str:
    """An HTML page without scripts of its own; `server` is the address that commands are written with."""
    return _rendered("page.html", document, language, server)


def markdown(document: dict[str, Any], language: Language, server: str) -> str:
    """The same to be read beside the code."""
    return _rendered("api.md", document, language, server)


def _rendered(template: str, document: dict[str, Any], language: Language, server: str) -> str:
    found = outline(document, language, server)
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names = re.compile(rf"\b({'|'.join(found.schemas)})\b")
    environment.filters |= {
        "code": lambda text: _marked(text.split("`"), "<code>{0}</code>"),
        "linked": lambda text: _marked(names.split(text), '<a href="#{0}">{0}</a>'),
        "cell": lambda text: text.replace("|", r"\|"),
        "anchored": lambda text: names.sub(lambda name: f"[{name[0]}](#{name[0].lower()})", text),
    }
    keyed = any(part["security"] for methods in document["paths"].values() for part in methods.values())
    return environment.get_template(template).render(api=found, language=language, words=words(language), keyed=keyed)


def _marked(words: list[str], shape: str) -> Markup:
    """The words in a row, every other one in that shape; what they hold is text, never HTML."""
    marked = (Markup(shape).format(word) if place % 2 else escape(word) for place, word in enumerate(words))  # noqa: S704
    return Markup("").join(marked)
