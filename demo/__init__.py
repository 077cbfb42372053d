"""The project's own sample documents, drawn rather than collected, so that their true content is known."""
