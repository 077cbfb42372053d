"""The embedded engine: reads Korean and English and finds tables, offline, without any key."""

from workers.engines.local.engine import LocalEngine
from workers.engines.local.language import languages

__all__ = ["LocalEngine", "languages", "preload"]


def preload() -> None:
    """Import the engine's libraries, without loading a model: before a fork, so that every worker shares them."""
    import workers.engines.local.reader  # noqa: F401
