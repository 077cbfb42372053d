"""One thread a worker, and nothing heavy before the first page; seen from a process of its own."""

import subprocess
import sys

HEAVY = "{'cv2', 'onnxruntime', 'rapidocr', 'img2table', 'tesserocr', 'rapid_layout', 'rapid_table'}"

IMPORT = f"""
import sys
from workers.engines.local import LocalEngine, languages
LocalEngine().fit((10, 10), None); languages()
assert not {HEAVY} & set(sys.modules), sys.modules.keys() & {HEAVY}
"""

READ = """
import os, threading
os.environ.update(OMP_NUM_THREADS="1", OMP_THREAD_LIMIT="1", OPENBLAS_NUM_THREADS="1")
from PIL import Image, ImageDraw, ImageFont
from workers.engines.base import Page
from workers.engines.local import LocalEngine
sheet = Image.new("RGB", (900, 600), "white")
for row in range(5):
    for column in range(3):
        ImageDraw.Draw(sheet).text((60 + 280 * column, 60 + 90 * row), f"cell {row}{column}", "black", ImageFont.load_default(36))
LocalEngine().extract(iter([Page(1, 1, sheet)]), None, lambda fraction: None)
import cv2
assert cv2.getNumThreads() == 1, cv2.getNumThreads()
running = len(os.listdir("/proc/self/task"))
assert running == 1, running
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_engine_is_cheap_to_import_and_make() -> None:
    run(IMPORT)


def test_reading_starts_no_thread() -> None:
    run(READ)
