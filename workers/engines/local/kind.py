"""What kind of page one seems to be, and why: a guess from cheap signs, said to be one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from workers.engines.local.look import Look

INVOICE = ("invoice", "bill to", "due date", "purchase order", "quotation", "세금계산서", "거래명세", "청구서")
INVOICE_KO = ("견적서", "공급가액", "공급받는자", "사업자등록번호", "등록번호")
RECEIPT = (
    "receipt",
    "subtotal",
    "change due",
    "cash",
    "card",
    "thank you",
    "영수증",
    "거래일시",
    "카드번호",
    "승인번호",
)
RECEIPT_KO = ("받을금액", "결제금액", "판매금액", "부가세", "합계금액")
REPORT = ("report", "summary", "introduction", "abstract", "conclusion", "contents", "보고서", "보고", "개요", "현황")
REPORT_KO = ("향후 계획", "추진", "목차", "결론", "요약")

Why = tuple[str, str]
"""A reason in Korean and in English."""

AMOUNT = re.compile(r"[$€£₩]\s?\d|\d[\d,.]*\s?원|\d{1,3}(?:,\d{3})+|\d+\.\d\d\b")
"""A sum of money, as it is written."""


@dataclass(frozen=True)
class Signs:
    """What a guess goes by: the text; how much of its letters stands in tables, how much of the page in figures (each 0
    to 1); how many times higher than wide the writing is; and the look of the picture, where there is one."""

    text: str
    lines: int
    in_tables: float
    in_figures: float
    slender: float
    look: Look

    @property
    def letters(self) -> int:
        return sum(letter.isalnum() for letter in self.text)

    @property
    def amounts(self) -> int:
        return len(AMOUNT.findall(self.text))

    def words(self, *words: str) -> list[str]:
        """Those of `words` that stand in the text."""
        text = self.text.lower()
        return [word for word in words if word in text]


@dataclass(frozen=True)
class Kind:
    """`seems` is one of the names in `KINDS`, or `unknown`; `korean` and `english` say what speaks for it."""

    seems: str
    korean: str
    english: str

    @property
    def why(self) -> str:
        return f"{self.korean} {self.english}"


def kind_of(signs: Signs) -> Kind:
    """The first kind that something speaks for."""
    for seems, reason in KINDS.items():
        why = reason(signs)
        if why:
            return Kind(seems, *why)
    return Kind("unknown", "뚜렷한 특징이 없습니다.", "Nothing tells it apart.")


def _blank(signs: Signs) -> Why | None:
    look = signs.look
    if signs.lines or look.contrast >= 6:
        return None
    if look.brightness < 40:
        return "거의 모든 곳이 검고 글자가 없습니다.", "It is black nearly all over, without text."
    return "한 가지 밝기이고 글자가 없습니다.", "It is of one brightness all over, without text."


def _photo(signs: Signs) -> Why | None:
    if signs.letters > 60 or signs.in_tables or signs.look.shades < 48 or signs.look.plain > 0.4:
        return None
    return "색조가 고르게 이어지고 글자가 거의 없습니다.", "Its tones run into each other, with next to no text."


def _drawing(signs: Signs) -> Why | None:
    short = signs.letters < 8 * signs.lines and signs.lines <= 60
    if signs.in_figures > 0.35 and signs.in_tables < 0.3 and signs.letters < 600:
        return "그림이 지면의 많은 부분을 차지합니다.", "Figures cover much of the page."
    if signs.in_tables or (signs.lines and not short):
        return None
    return "색이 적고 짧은 글자만 흩어져 있습니다.", "Few colours, and only short labels if any."


def _receipt(signs: Signs) -> Why | None:
    found = signs.words(*RECEIPT, *RECEIPT_KO)
    if "영수증" in found or "receipt" in found or (len(found) >= 2 and signs.slender > 1.2):
        return _words(found, signs) if signs.amounts >= 2 and signs.letters < 1500 else None
    return None


def _invoice(signs: Signs) -> Why | None:
    found = signs.words(*INVOICE, *INVOICE_KO)
    strong = signs.words("invoice", "세금계산서", "거래명세", "청구서", "견적서", "quotation")
    enough = (strong and len(found) >= 2) or len(found) >= 3
    return _words(found, signs) if enough and signs.amounts >= 2 else None


def _table_sheet(signs: Signs) -> Why | None:
    if signs.in_tables < 0.6:
        return None
    share = round(100 * signs.in_tables)
    return f"글자의 {share}%가 표 안에 있습니다.", f"{share} % of its letters stand in tables."


def _report(signs: Signs) -> Why | None:
    found = signs.words(*REPORT, *REPORT_KO)
    if len(found) < 2 or signs.letters < 200:
        return None
    return _words(found, signs)


def _text(signs: Signs) -> Why | None:
    if signs.letters < 100:
        return None
    return f"글이 {signs.lines}줄 있습니다.", f"It has {signs.lines} lines of text."


def _words(found: list[str], signs: Signs) -> Why:
    told = ", ".join(f"“{word}”" for word in found[:4])
    return (
        f"{told} 같은 낱말과 금액 {signs.amounts}개가 있습니다.",
        f"It has words as {told}, and {signs.amounts} amounts.",
    )


KINDS: dict[str, Callable[[Signs], Why | None]] = {
    "blank": _blank,
    "photo": _photo,
    "receipt": _receipt,
    "invoice": _invoice,
    "table_sheet": _table_sheet,
    "report": _report,
    "drawing": _drawing,
    "text": _text,
}
"""What speaks for each kind, the most telling first."""
