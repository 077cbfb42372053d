"""A page as JSON: what it seems to be, its picture's facts, and where each line and word stands."""

from workers.engines.local.about import kind_of_page, picture_facts, summary
from workers.engines.local.line import Line
from workers.engines.local.pose import Pose
from workers.engines.local.reader import PageReading
from workers.page import Facts


def page_details(reading: PageReading, facts: Facts) -> dict[str, object]:
    """One page: how it lay, in degrees, and its lines with their words. Boxes are those of the page as given, left,
    top, right and bottom as shares of its width and height; confidence is 0 to 1."""
    kind, image = kind_of_page(reading), picture_facts(reading, facts)
    return {
        "page": reading.number,
        "kind": {"seems": kind.seems, "why": kind.why},
        "summary": summary(kind, image),
        "image": image,
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
