"""The description as it should stand in docs/."""

from service.api.openapi import document
from service.app import ENDPOINTS
from service.reference.rendering import markdown

SERVER = "http://localhost:8000"


def api() -> str:
    """docs/api.md: in English, for a server without keys."""
    return markdown(document(ENDPOINTS, "en", keyed=False), "en", SERVER)
