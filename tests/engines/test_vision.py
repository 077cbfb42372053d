"""What the vision engine sends and how it reads what comes back."""

import io

import pytest
from PIL import Image

from service.models.estimate import TEXT_LAYER
from service.models.sizes import FAMILIES, PATCH, accepted_detail, bound_for
from workers.encode import MOST_BYTES, encoded
from workers.engines.openai_vision import parts as parts_module
from workers.engines.openai_vision.inquiry import Unusable
from workers.engines.openai_vision.parts import parts
from workers.engines.openai_vision.question import written
from workers.engines.openai_vision.table_answer import read_tables, response_format
from workers.page import Encoded, Page, Word

PHOTO, A4 = (4032, 3024), (2480, 3508)


@pytest.mark.parametrize(
    ("model", "detail", "size", "sent"),
    [
        ("gpt-5.6-terra", "high", PHOTO, (1824, 1368)),
        ("gpt-5.6-terra", "high", A4, (1333, 1888)),
        ("gpt-5.6-terra", "low", PHOTO, (512, 384)),
        ("gpt-5.6-terra", "auto", PHOTO, PHOTO),
        ("gpt-5.4-mini", "auto", PHOTO, (1824, 1368)),
        ("gpt-4o", "high", PHOTO, (1024, 768)),
        ("gpt-4.1-mini", "high", A4, (1447, 2048)),
        ("llava:13b", "auto", PHOTO, (2048, 1536)),
        ("gpt-5.6-terra", "high", (640, 480), (640, 480)),
        ("gpt-5.6-luna", "original", (8000, 4000), (7808, 3904)),
        ("gpt-6-astra", "high", (30, 64_000), (30, 64_000)),
        ("gpt-6-astra", "auto", PHOTO, PHOTO),
        ("gpt-5.5", "original", (8000, 4000), (4480, 2240)),
        ("gpt-5.4", "low", PHOTO, (2048, 1536)),
        ("gpt-5.2", "original", PHOTO, (2048, 1536)),
        ("gpt-5.1", "low", PHOTO, (512, 384)),
        ("gpt-4o", "original", PHOTO, (1024, 768)),
        ("gateway/openai/gpt-4o", "high", PHOTO, (1024, 768)),
    ],
)
def test_an_image_is_sent_as_large_as_the_model_uses(
    model: str, detail: str, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    assert bound_for(model, detail, 2048).fit(size) == sent


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("detail", ["low", "high", "auto", "original"])
@pytest.mark.parametrize("size", [(1, 1), (1, 30_000), (30_000, 2), (9_999, 10_001), (8000, 8000)])
def test_no_size_breaks_a_bound(family: str, detail: str, size: tuple[int, int]) -> None:
    bound = bound_for(family, detail, 2048)
    width, height = bound.fit(size)
    assert 1 <= width <= size[0]
    assert 1 <= height <= size[1]
    assert bound.side is None or max(width, height) <= bound.side
    assert bound.short is None or min(width, height) <= bound.short
    patches = -(-width // PATCH) * -(-height // PATCH)
    assert bound.patches is None or patches <= bound.patches


def noise(side: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((side, side), sigma) for sigma in (30, 60, 90)])


def test_photographs_go_as_jpeg_and_drawings_as_png() -> None:
    assert encoded(noise(300)).media_type == "image/jpeg"
    assert encoded(Image.new("RGB", (300, 300), "white")).media_type == "image/png"


def test_no_file_is_larger_than_a_message_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_BYTES * 4 / 3 < 20_971_520 - 100
    monkeypatch.setattr("workers.encode.MOST_BYTES", 20_000)
    sent = encoded(noise(1000))
    assert len(sent.data) <= 20_000
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (250, 250)


def test_merged_cells_are_kept_where_they_fit() -> None:
    answer = (
        '{"tables":[{"title":"표 1","header_rows":1,"rows":[["a","b",""],["c","d"]],"merged_cells":['
        '{"row":0,"column":1,"row_span":1,"column_span":2},{"row":0,"column":2,"row_span":2,"column_span":1},'
        '{"row":5,"column":0,"row_span":1,"column_span":2}],"at_top":true,"at_bottom":false}]}'
    )
    (piece,) = read_tables(answer, 3)
    table = piece.table
    assert (piece.at_top, piece.at_bottom) == (True, False)
    assert (table.page, table.title, table.rows, table.columns, table.header_rows) == (3, "표 1", 2, 3, 1)
    assert [(cell.row, cell.column, cell.column_span, cell.text) for cell in table.cells] == [
        (0, 0, 1, "a"),
        (0, 1, 2, "b"),
        (1, 0, 1, "c"),
        (1, 1, 1, "d"),
        (1, 2, 1, ""),
    ]
    assert table.concerns
    assert table.markdown() == "**표 1**\n\n| a | b |  |\n| --- | --- | --- |\n| c | d |  |"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", "Invalid JSON"),
        ("no json", "Invalid JSON"),
        ("[]", "should be an object"),
        ('{"tables":[{"title":null}]}', "tables.0.rows: Field required"),
        ('{"tables":[],"more":1}', "more: Extra inputs"),
        ('{"tables":"비밀"}', "tables: Input should be a valid array"),
    ],
)
def test_an_answer_off_the_schema_is_unusable_and_the_model_is_told_why(answer: str, told: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_tables(answer, 1)
    assert caught.value.error.code == "model_answer_invalid"
    assert told in caught.value.told and "비밀" not in caught.value.told


def test_detail_original_is_asked_for_only_where_it_is_known() -> None:
    known = {model for model in [*FAMILIES, "llava:13b"] if accepted_detail(model, "original") == "original"}
    assert known == {"gpt-6-astra", "gpt-5.6", "gpt-5.5", "gpt-5.4", "llava:13b"}
    assert {accepted_detail("gpt-4o", detail) for detail in ("low", "high", "auto")} == {"low", "high", "auto"}


def test_the_schema_is_strict_all_the_way_down() -> None:
    def objects(schema: object) -> list[dict[str, object]]:
        if isinstance(schema, dict):
            inner = [found for value in schema.values() for found in objects(value)]
            return [schema, *inner] if schema.get("type") == "object" else inner
        return [found for value in schema for found in objects(value)] if isinstance(schema, list) else []

    found = objects(response_format()["json_schema"]["schema"])
    assert len(found) == 3
    for schema in found:
        assert schema["additionalProperties"] is False
        assert sorted(schema["required"]) == sorted(schema["properties"])  # type: ignore[arg-type,call-overload]


def test_what_is_sent_carries_no_metadata() -> None:
    with Image.open(io.BytesIO(encoded(Image.new("RGB", (40, 30), "white")).data)) as sent:
        assert not sent.getexif()
        assert not sent.info.keys() & {"exif", "icc_profile", "xmp", "comment"}


def page(number: int = 1, total: int = 1, size: tuple[int, int] = (1000, 1400), **facts: object) -> Page:
    data = bytes(facts.pop("length", 1))
    return Page(number, total, file=Encoded("image/png", data, size), **facts)  # type: ignore[arg-type]


def test_a_long_document_is_asked_about_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page(number, 30, (1654, 2339)) for number in range(1, 31)]
    assert [len(part) for part in parts(pages)] == [25, 5]
    monkeypatch.setattr(parts_module, "BYTES", 10)
    assert [len(part) for part in parts([page(length=length) for length in (4, 5, 3, 20, 1, 1)])] == [2, 1, 1, 2]
    assert list(parts([])) == []


def test_pages_are_drawn_no_further_than_one_part() -> None:
    drawn = []
    pages = (drawn.append(number) or page(number, 100, (1654, 2339)) for number in range(1, 101))  # type: ignore[func-returns-value]
    next(parts(pages))
    assert len(drawn) == 26


def words(*placed: tuple[str, float, float]) -> tuple[Word, ...]:
    return tuple(Word(text, (left, top, left + 0.01 * len(text), top + 0.012)) for text, left, top in placed)


def test_a_pages_own_words_are_sent_line_by_line_with_cells_apart() -> None:
    given = words(
        ("2,900", 0.5, 0.2), ("합계", 0.1, 0.2), ("매출", 0.1, 0.1), ("보고서", 0.125, 0.1), ("12.5%", 0.8, 0.2)
    )
    assert written(page(words=given)) == "매출 보고서\n합계 | 2,900 | 12.5%"
    assert written(page()) == ""


def test_a_pages_own_words_are_bounded() -> None:
    given = words(*[("9" * 60, 0.1, row / 1000) for row in range(0, 1000, 2)] * 2)
    told = written(page(words=given, size=(10_000, 100_000)))
    assert TEXT_LAYER - 1000 < len(told) <= TEXT_LAYER + 20 and told.endswith("\n(and more)")
