"""The embedded engine: reads Korean and English and finds tables, offline, without any key."""

from workers.engines.local.engine import LocalEngine
from workers.engines.local.language import languages

__all__ = ["LocalEngine", "languages"]
