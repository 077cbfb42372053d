"""What the vision engine sends and how it reads what comes back."""

import io

import pytest
from PIL import Image

from service.jobs.errors import ModelAnswerInvalid
from workers.encode import MOST_BYTES, encoded
from workers.engines.openai_vision.sizes import FAMILIES, PATCH, bound_for
from workers.engines.openai_vision.table_answer import read_tables, response_format

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
        '{"row":5,"column":0,"row_span":1,"column_span":2}]}]}'
    )
    (table,) = read_tables(answer, 3)
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


@pytest.mark.parametrize("answer", ["", "no json", "[]", '{"tables":[{"title":null}]}', '{"tables":[],"more":1}'])
def test_an_answer_off_the_schema_is_invalid(answer: str) -> None:
    with pytest.raises(ModelAnswerInvalid):
        read_tables(answer, 1)


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
