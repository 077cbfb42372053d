"""Tests: they mirror the code, and replace only the outside world."""
