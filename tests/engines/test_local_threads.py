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
import os
os.environ.update(OMP_NUM_THREADS="1", OMP_THREAD_LIMIT="1", OPENBLAS_NUM_THREADS="1")
from PIL import Image, ImageDraw, ImageFont
from workers.page import Page
from workers.engines.local import LocalEngine
sheet = Image.new("RGB", (900, 600), "white")
for row in range(5):
    for column in range(3):
        place, face = (60 + 280 * column, 60 + 90 * row), ImageFont.load_default(36)
        ImageDraw.Draw(sheet).text(place, f"cell {row}{column}", "black", face)
import resource, time
begun = time.perf_counter()
from tests.engines.heed import Heed
LocalEngine().extract(iter([Page(1, 1, sheet)]), None, Heed())
import cv2
assert cv2.getNumThreads() == 1, cv2.getNumThreads()
# onnxruntime starts one thread of its own at its import, which stays idle.
running = len(os.listdir("/proc/self/task"))
assert running <= 2, running
spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
assert spent < 1.2 * (time.perf_counter() - begun) + 1.0, spent
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_engine_is_cheap_to_import_and_make() -> None:
    run(IMPORT)


def test_reading_uses_one_thread() -> None:
    run(READ)
