"""A page's lines and words as JSON, for whoever draws them on the page's picture."""

from workers.engines.local.line import Line
from workers.engines.local.pose import Pose
from workers.engines.local.reader import PageReading


def page_details(reading: PageReading) -> dict[str, object]:
    """One page: how it lay, in degrees, and its lines with their words. Boxes are those of the page as given, left,
    top, right and bottom as shares of its width and height; confidence is 0 to 1."""
    return {
        "page": reading.number,
        "width": reading.pose.given[0],
        "height": reading.pose.given[1],
        "rotation": reading.pose.rotation,
        "skew_degrees": reading.pose.skew,
        "lines": [_line(line, reading.pose) for line in reading.lines],
    }


def _line(line: Line, pose: Pose) -> dict[str, object]:
    return {
        "text": line.text,
        "box": pose.box(line.rect),
        "confidence": round(line.confidence, 3),
        "words": [
            {"text": word.text, "box": pose.box(word.rect), "confidence": round(word.confidence, 3)}
            for word in line.words
        ],
    }
