"""Hostile files: made here, each with the answer it must get, and a runner for folders full of unknown ones."""
