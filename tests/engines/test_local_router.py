"""The rule that picks a recogniser, on made-up readings."""

from workers.engines.local.hangul import Letter
from workers.engines.local.reading import Piece, Reading
from workers.engines.local.router import Span, routed


def letters(text: str, confidence: float = 0.95) -> list[Letter]:
    """The text as Tesseract would place it, every letter as wide as the next."""
    places = [place for place, letter in enumerate(text) if letter != " "]
    return [
        Letter(
            text[place], confidence, place / len(text), (place + 1) / len(text), place > 0 and text[place - 1] == " "
        )
        for place in places
    ]


def unasked(span: Span) -> Reading:
    raise AssertionError(f"nothing to read again at {span}")


def test_no_hangul_means_the_latin_reader() -> None:
    assert routed(Reading("1,245", 0.5), letters("1245"), unasked).text == "1,245"


def test_poor_hangul_yields_to_sure_latin_unasked() -> None:
    assert routed(Reading("Flat White", 0.99), letters("티크 17116", 0.3), unasked).text == "Flat White"


def test_sure_hangul_stands_against_chinese_letters() -> None:
    assert routed(Reading("早咎", 0.95), letters("부산"), unasked).text == "부산"


def test_sure_hangul_stands_against_unsure_latin() -> None:
    assert routed(Reading("01 719", 0.8), letters("이 지역"), unasked).text == "이 지역"


def test_stray_hangul_in_a_long_sure_latin_line_is_dropped() -> None:
    latin = Reading("manufactured abrasives production", 0.98)
    read = routed(latin, letters("manufactured나 abrasives production"), lambda span: Reading("", 0.0))
    assert read.text == latin.text


def test_latin_run_in_a_korean_line_is_read_again() -> None:
    asked: list[Span] = []

    def reread(span: Span) -> Reading:
        asked.append(span)
        return Reading("plan@example.com", 0.97)

    read = routed(Reading("是9", 0.4), letters("문의 01320@6×%2 메일"), reread)
    assert read.text == "문의 plan@example.com 메일"
    assert len(asked) == 1 and 0 < asked[0][0] < asked[0][1] < 1


def test_agreeing_reading_adds_no_edge_of_hangul() -> None:
    assert routed(Reading("", 0.0), letters("24시간"), lambda span: Reading("24^]", 0.95)).text == "24시간"


def test_bracket_lost_in_the_second_reading_stays() -> None:
    assert (
        routed(Reading("", 0.0), letters("콜백 0Ｌ(선택)"), lambda span: Reading("URL", 0.99)).text == "콜백 URL(선택)"
    )


def test_unsure_second_reading_changes_nothing() -> None:
    assert routed(Reading("", 0.0), letters("제12조"), lambda span: Reading("l2", 0.6)).text == "제12조"


def test_one_syllable_among_digits_is_looked_at_by_itself() -> None:
    assert routed(Reading("20235", 0.98), letters("2023년"), lambda span: Reading("E", 0.53)).text == "2023년"


def test_little_sure_syllables_stand_where_alone_they_make_no_latin() -> None:
    read = routed(Reading("2,208", 0.94), letters("2,208건", 0.5), lambda span: Reading("乙", 0.4))
    assert read.text == "2,208건"


def test_hangul_that_alone_reads_as_latin_is_not_believed() -> None:
    assert routed(Reading("Total A", 0.98), letters("Tota티 A"), lambda span: Reading("l", 0.97)).text == "Total A"


def test_hangul_read_into_a_gap_is_not_believed() -> None:
    assert routed(Reading("ab cd", 0.98), letters("ab이cdef"), lambda span: Reading("", 0.0)).text == "ab cd"


def test_hangul_that_the_latin_reader_passed_over_is_believed() -> None:
    pieces = [Piece(text, 0.95, at / 10, (at + 1) / 10) for at, text in enumerate("12=84")]
    pieces[2:] = [piece._replace(start=piece.start + 0.4, end=piece.end + 0.4) for piece in pieces[2:]]
    latin = Reading("12=84", 0.95, tuple(pieces))
    told = [
        Letter(text, 0.95, start, end, False)
        for text, start, end in (
            *((one, at / 10, (at + 1) / 10) for at, one in enumerate("12")),
            ("월", 0.2, 0.6),
            *((one, 0.6 + at / 10, 0.7 + at / 10) for at, one in enumerate("=84")),
        )
    ]
    read = routed(latin, told, lambda span: Reading("=84" if span[0] > 0.3 else "12", 0.95))
    assert read.text == "12월=84"
