"""The interface described for people, from its OpenAPI document: as a page, and as Markdown."""
