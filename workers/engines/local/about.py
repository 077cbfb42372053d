"""What there is to say about a page besides its text: what it seems to be, and the facts of its picture."""

from workers.engines.local.kind import Kind, Signs, kind_of
from workers.engines.local.reader import PageReading
from workers.engines.local.rect import around
from workers.page import Facts

KOREAN = {
    "blank": "빈 쪽",
    "photo": "사진",
    "receipt": "영수증",
    "invoice": "청구서나 거래 서류",
    "table_sheet": "표로 된 자료",
    "report": "보고서",
    "drawing": "그림이나 도표",
    "text": "글로 된 문서",
    "portrait": "세로 방향",
    "landscape": "가로 방향",
    "square": "정사각형",
    "colour": "컬러",
    "grey": "회색조",
    "black and white": "흑백",
    "sharp": "선명함",
    "soft": "조금 흐림",
    "blurred": "흐림",
    "flat": "단조로움",
}
"""The names of kinds and of a picture's looks."""


def kind_of_page(reading: PageReading) -> Kind:
    """What a page seems to be."""
    text = "\n".join(line.text for line in reading.lines)
    letters = max(1, sum(letter.isalnum() for letter in text))
    in_tables = sum(letter.isalnum() for table in reading.tables for cell in table.cells for letter in cell.text)
    written = around(line.rect for line in reading.lines) if reading.lines else None
    slender = written.height / written.width if written and written.width else 1.0
    return kind_of(
        Signs(text, len(reading.lines), min(1.0, in_tables / letters), reading.in_figures, slender, reading.look)
    )


def picture_facts(reading: PageReading, facts: Facts) -> dict[str, object]:
    """The facts of a page's picture, those first that its file tells."""
    width, height = facts.get("width", reading.pose.given[0]), facts.get("height", reading.pose.given[1])
    look = reading.look
    return {
        **facts,
        "width": width,
        "height": height,
        "orientation": "square" if width == height else "portrait" if int(width) < int(height) else "landscape",
        "mode": look.mode,
        "colours": list(look.colours),
        "brightness": look.brightness,
        "contrast": look.contrast,
        "sharpness": look.sharpness,
        "focus": look.focus,
    }


def summary(kind: Kind, facts: dict[str, object]) -> str:
    """A page in a few words, Korean first; a guess is called one."""
    size, names = f"{facts['width']}×{facts['height']}", (facts["orientation"], facts["mode"], facts["focus"])
    camera = facts.get("camera")
    taken = facts.get("taken_at")
    korean = [f"{size} 픽셀", *(KOREAN[str(name)] for name in names)]
    korean += [f"카메라 {camera}"] if camera else []
    korean += [f"{taken} 촬영"] if taken else []
    english = [f"{size} pixels", *map(str, names)]
    english += [f"camera {camera}"] if camera else []
    english += [f"taken at {taken}"] if taken else []
    seems = ("무엇인지 알 수 없습니다.", "It is not clear what this is.")
    if kind.seems in KOREAN:
        seems = (f"{KOREAN[kind.seems]}(으)로 보입니다.", f"This seems to be: {kind.seems.replace('_', ' ')}.")
    return f"{seems[0]} {kind.korean} ({', '.join(korean)})\n\n{seems[1]} {kind.english} ({', '.join(english)})"
