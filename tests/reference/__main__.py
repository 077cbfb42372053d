"""Writes docs/api.md: `python -m tests.reference docs/api.md`."""

import sys
from pathlib import Path

from tests.reference.written import api

Path(sys.argv[1]).write_text(api(), encoding="utf-8")
