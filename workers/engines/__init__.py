"""Engines: what turns pages into text and tables."""
