"""axe-core, asked what rules a page breaks."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def broken(page: Page, view: str) -> list[tuple[str, str, Any]]:
    """Every place that breaks a rule, with the name of the view."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    return [(view, rule["id"], node["html"][:200]) for rule in violations for node in rule["nodes"]]
