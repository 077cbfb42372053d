"""The description of the interface for people: the page and docs/api.md."""
