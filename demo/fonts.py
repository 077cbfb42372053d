"""The Korean font of the samples: NanumGothic (SIL Open Font Licence), carried by a development dependency."""

from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

CARRIER = "koreanize_matplotlib"


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """NanumGothic at `size` pixels. Raises FileNotFoundError where the carrying package is not installed."""
    return ImageFont.truetype(str(_folder() / f"NanumGothic{'Bold' if bold else ''}.ttf"), size)


def _folder() -> Path:
    # Only its files are wanted: importing the package would import matplotlib.
    spec = find_spec(CARRIER)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            f"the samples need the font files of {CARRIER.replace('_', '-')} (pip install --no-deps)"
        )
    return Path(spec.submodule_search_locations[0]) / "fonts"
