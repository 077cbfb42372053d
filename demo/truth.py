"""What each sample document says: its lines of text, and the cells of its table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Truth:
    """The content of one sample: `lines` in reading order without the table, `rows` of the one table (empty: no table),
    which stands after the first `above` lines."""

    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    above: int = 0

    @property
    def text(self) -> str:
        """Everything written on the sample in reading order, one row of the table a line."""
        table = (" ".join(row) for row in self.rows)
        return "\n".join((*self.lines[: self.above], *table, *self.lines[self.above :]))


RECEIPT = "receipt.png"
REPORT = "report.ko.png"
PHOTO = "photo.jpg"

TRUTH: dict[str, Truth] = {
    RECEIPT: Truth(
        lines=(
            "RIVERSIDE COFFEE HOUSE",
            "128 Harbor Street, Portland",
            "Tel. 503-555-0142",
            "Date: 2026-03-14 Time: 09:27",
            "Receipt No. 004871",
            "Subtotal $26.75",
            "Tax (8%) $2.14",
            "TOTAL $28.89",
            "Paid by card ending 4417",
            "Thank you and see you again!",
        ),
        rows=(
            ("Item", "Qty", "Price"),
            ("Flat White", "2", "$9.00"),
            ("Blueberry Muffin", "1", "$3.75"),
            ("Avocado Toast", "1", "$8.50"),
            ("Orange Juice", "1", "$5.50"),
        ),
        above=5,
    ),
    REPORT: Truth(
        lines=(
            "2026년 3분기 판매 실적 보고",
            "작성 부서: 경영기획팀  작성일: 2026년 10월 5일",
            "1. 개요",
            "올해 3분기 전체 매출은 지난 분기보다 12.4% 늘어난 4,218백만 원을 기록하였습니다.",
            "신제품 출시와 온라인 판매 확대가 성장을 이끌었으며, 해외 시장에서도 고른 증가세를",
            "보였습니다. 다만 원자재 가격 상승으로 영업이익률은 8.7%에 머물렀습니다.",
            "2. 지역별 매출 현황",
            "(단위: 백만 원)",
            "3. 향후 계획",
            "4분기에는 부산 물류센터를 새로 열고 배송 기간을 이틀 안으로 줄일 예정입니다.",
            "고객 만족도 조사 결과를 반영하여 반품 절차도 간단하게 바꾸겠습니다.",
            "문의: 경영기획팀 김하늘 과장 (02-555-0187, plan@example.com)",
        ),
        rows=(
            ("지역", "1분기", "2분기", "3분기", "증감률"),
            ("서울", "1,245", "1,310", "1,482", "13.1%"),
            ("부산", "684", "702", "775", "10.4%"),
            ("대구", "512", "498", "541", "8.6%"),
            ("광주", "397", "421", "468", "11.2%"),
            ("해외", "803", "822", "952", "15.8%"),
            ("합계", "3,641", "3,753", "4,218", "12.4%"),
        ),
        above=8,
    ),
    PHOTO: Truth(),
}
"""The truth of every sample, by file name."""
