"""A supervisor with patience, so that whether a run stops by itself does not depend on how busy the machine is."""

from pathlib import Path

PATIENT = Path(__file__).parent
"""For `Installation.load_first`."""

SLOT_FREE = 5.0
"""Seconds that tests give a slot to be free again; the benchmark measures how long it takes."""
