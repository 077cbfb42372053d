"""The console's browser, and a service whose page it opens."""

from tests.console.conftest import browser, service

__all__ = ["browser", "service"]
