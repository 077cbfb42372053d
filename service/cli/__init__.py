"""The command line, `document-analysis`: a thin client of the HTTP API for people and scripts."""
