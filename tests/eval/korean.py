"""Korean documents, as offices and shops make them; names and numbers are invented."""

import random
from collections.abc import Iterator

from tests.eval.faces import KOREAN
from tests.eval.sheet import TILL, Sheet, Style

_GOODS = (
    "복사용지 A4", "레이저 토너 CF259X", "무선 마우스", "사무용 의자", "화이트보드 마커", "USB 메모리 64GB",
    "문서 세단기", "스테이플러 심", "LED 스탠드", "네트워크 케이블 5m", "모니터 받침대", "건전지 AA 20입",
)  # fmt: skip
_MENU = (
    ("아메리카노", 4500), ("카페라떼", 5000), ("바닐라라떼", 5500), ("녹차 케이크", 6800), ("치즈 베이글", 4200),
    ("유자차", 5800), ("크루아상 샌드위치", 7900), ("생수 500ml", 1500),
)  # fmt: skip


def sheets() -> Iterator[Sheet]:
    """All of them."""
    yield _invoice(1)
    yield _invoice(2)
    yield _report()
    yield _budget()
    yield _receipt(1)
    yield _receipt(2)
    yield _notice()
    yield _form()
    yield _newsletter()


def _invoice(seed: int) -> Sheet:
    chance = random.Random(seed)
    sheet = Sheet(f"ko-invoice-{seed}", KOREAN)
    sheet.title("거 래 명 세 서")
    sheet.sides(f"거래번호: TX-2026-{chance.randrange(1000, 9999)}", f"발행일: 2026년 {3 + seed}월 {10 + seed}일")
    parties = (
        ("공급자", "등록번호", f"{chance.randrange(100, 999)}-81-{chance.randrange(10000, 99999)}", "공급\n받는자",
         "상호", "주식회사 한빛물산"),
        ("^", "상호", "(주)누리오피스", "^", "담당자", "최은서 대리"),
        ("^", "대표자", "정민호", "^", "연락처", f"02-{chance.randrange(300, 999)}-{chance.randrange(1000, 9999)}"),
        ("^", "주소", "서울특별시 마포구 월드컵로 212", "^", "주소", "경기도 성남시 분당구 판교로 35"),
    )  # fmt: skip
    sheet.table(parties, Style((2, 3, 9, 2, 3, 9), "cclccl", header_rows=0, size=24))
    sheet.space(20)
    rows: list[tuple[str, ...]] = [("번호", "품목", "규격", "수량", "단가", "공급가액", "세액")]
    total = 0
    for number, goods in enumerate(chance.sample(_GOODS, 7 + seed), 1):
        quantity, price = chance.randrange(1, 40), chance.randrange(8, 900) * 100
        total += quantity * price
        unit = chance.choice(("개", "박스", "EA", "SET"))
        rows.append((str(number), goods, unit, str(quantity), *_won(price, quantity * price, quantity * price // 10)))
    rows.append(("합계", "<", "<", "<", "<", *_won(total, total // 10)))
    sheet.table(rows, Style((2, 7, 3, 2, 4, 5, 4), "clcrrrr"))
    sheet.line(f"합계금액: {total + total // 10:,}원 (부가세 포함)", "r", 36)
    sheet.paragraph("위와 같이 거래하였음을 확인합니다. 대금은 발행일로부터 30일 이내에 아래 계좌로 입금하여 주십시오.")
    sheet.line(
        f"입금계좌: 국민은행 {chance.randrange(100000, 999999)}-01-{chance.randrange(100000, 999999)} (주)누리오피스"
    )
    return sheet


def _report() -> Sheet:
    sheet = Sheet("ko-report", KOREAN)
    sheet.title("2026년 상반기 사업 실적 보고서")
    sheet.line("작성: 전략기획본부  |  보고일: 2026. 7. 15.", "r", 28)
    sheet.heading("1. 요약")
    sheet.paragraph(
        "상반기 매출은 전년 같은 기간보다 9.3% 늘어난 1,284억 원이며, 영업이익은 117억 원으로 영업이익률은 9.1%입니다. "
        "국내 시장의 성장은 둔화되었으나 동남아시아 수출이 27.5% 늘어 전체 실적을 이끌었습니다."
    )
    sheet.heading("2. 부문별 실적")
    sheet.line("(단위: 억 원, %)", "r", 26)
    rows = (
        ("구분", "2025년 상반기", "<", "2026년 상반기", "<", "증감률"),
        ("^", "매출", "영업이익", "매출", "영업이익", "^"),
        ("가전", "512", "48", "547", "51", "6.8"),
        ("부품", "318", "22", "341", "27", "7.2"),
        ("소프트웨어", "149", "19", "196", "31", "31.5"),
        ("서비스", "196", "11", "200", "8", "2.0"),
        ("합계", "1,175", "100", "1,284", "117", "9.3"),
    )
    sheet.table(rows, Style((4, 4, 4, 4, 4, 3), "crrrrr", header_rows=2))
    sheet.heading("3. 주요 성과와 과제")
    sheet.paragraph(
        "가. 베트남 하노이 공장이 4월부터 가동되어 월 2만 대의 생산 능력을 갖추었습니다. 품질 불량률은 0.42%로 "
        "목표(0.50%)보다 낮습니다."
    )
    sheet.paragraph(
        "나. 구독형 소프트웨어의 유료 가입자는 18,450명으로, 작년 말보다 5,200명 늘었습니다. 해지율을 낮추기 위하여 "
        "고객센터 상담원을 12명 더 채용할 계획입니다."
    )
    sheet.paragraph(
        "다. 원/달러 환율이 10원 오르면 영업이익이 약 3억 원 줄어드는 것으로 분석되어, 환위험 관리가 필요합니다."
    )
    sheet.line("문의: 전략기획본부 이서준 차장 (내선 3417, seojun.lee@example.co.kr)", size=28)
    return sheet


def _budget() -> Sheet:
    sheet = Sheet("ko-budget", KOREAN, size=28)
    sheet.title("2027년도 부서별 예산 편성(안)", 48)
    sheet.line("(단위: 천 원)", "r", 24)
    rows = (
        ("부서", "항목", "세부 내역", "2026년", "2027년", "비고"),
        ("총무팀", "인건비", "정규직 6명", "312,000", "325,500", "4.3% 인상"),
        ("^", "운영비", "임차료", "96,000", "96,000", "동결"),
        ("^", "^", "통신비", "8,400", "7,800", ""),
        ("^", "^", "소모품비", "5,150", "5,600", ""),
        ("연구소", "인건비", "연구원 11명", "648,000", "702,000", "1명 증원"),
        ("^", "연구비", "시제품 제작", "120,000", "155,000", ""),
        ("^", "^", "시험·인증", "43,500", "51,200", "KC, CE"),
        ("영업팀", "활동비", "출장비", "38,700", "41,000", ""),
        ("^", "^", "전시회 참가", "62,000", "80,000", "2회 → 3회"),
        ("총계", "<", "<", "1,333,750", "1,464,100", "9.8% 증가"),
    )
    sheet.table(rows, Style((3, 3, 5, 4, 4, 4), "cclrrl", size=26))
    sheet.paragraph("※ 예비비 50,000천 원은 별도로 편성하며, 집행할 때에는 대표이사의 승인을 받아야 합니다.")
    sheet.heading("편성 방향")
    sheet.paragraph("1) 경상경비는 올해 수준으로 동결하고, 연구개발 투자는 12% 이상 늘린다.")
    sheet.paragraph("2) 국내외 전시회 참가를 확대하여 신규 거래처를 20곳 이상 확보한다.")
    return sheet


def _receipt(seed: int) -> Sheet:
    chance = random.Random(100 + seed)
    sheet = Sheet(f"ko-receipt-{seed}", KOREAN, TILL, margin=60, size=30)
    sheet.title(("달빛정원 커피", "한강서점 북카페")[seed - 1], 46)
    sheet.line("서울 종로구 새문안로 91 1층", "c")
    sheet.line(f"사업자번호 {chance.randrange(100, 999)}-05-{chance.randrange(10000, 99999)}  대표 윤하늘", "c")
    sheet.line(f"TEL 02-{chance.randrange(300, 999)}-{chance.randrange(1000, 9999)}", "c")
    sheet.rule(dashed=True)
    sheet.sides(f"2026-0{seed + 4}-2{seed} 14:{chance.randrange(10, 59)}:07", f"No. {chance.randrange(10000, 99999)}")
    sheet.rule(dashed=True)
    rows, total = [("상품명", "단가", "수량", "금액")], 0
    for name, price in chance.sample(_MENU, 4 + seed):
        quantity = chance.randrange(1, 4)
        total += price * quantity
        rows.append((name, f"{price:,}", str(quantity), f"{price * quantity:,}"))
    sheet.table(rows, Style((8, 4, 3, 4), "lrrr", rules="none"))
    sheet.rule(dashed=True)
    sheet.sides("공급가액", f"{total - total // 11:,}")
    sheet.sides("부가세", f"{total // 11:,}")
    sheet.sides("합계", f"{total:,}원", 40, bold=True)
    sheet.rule(dashed=True)
    sheet.line(f"신용카드 승인번호 {chance.randrange(10000000, 99999999)}")
    sheet.line("교환·환불은 7일 이내에 영수증을 지참하여 주세요.", size=26)
    sheet.line("이용해 주셔서 감사합니다", "c")
    return sheet


def _notice() -> Sheet:
    sheet = Sheet("ko-notice", KOREAN, size=30)
    sheet.title("청년 창업 지원 사업 참여자 모집 공고", 50)
    sheet.line("공고 제2026-118호", "c", 28)
    sheet.paragraph(
        "혁신적인 아이디어를 가진 예비 창업자를 발굴하여 사업화를 지원하고자 다음과 같이 참여자를 모집하오니 많은 "
        "관심과 신청을 바랍니다."
    )
    sheet.heading("1. 지원 대상")
    sheet.paragraph(
        "가. 공고일 현재 만 19세 이상 39세 이하인 예비 창업자 또는 창업 후 3년이 지나지 않은 기업의 대표", 30
    )
    sheet.paragraph("나. 「중소기업창업 지원법」 제5조에 따른 제외 업종에 해당하지 않는 자", 30)
    sheet.heading("2. 지원 내용")
    sheet.paragraph(
        "사업화 자금 최대 5,000만 원(자부담 20%), 전문가 멘토링 10회, 공동 작업 공간을 1년간 무료로 제공합니다.", 30
    )
    sheet.heading("3. 추진 일정")
    rows = (
        ("단계", "기간", "장소"),
        ("신청 접수", "2026. 9. 1. ~ 9. 30.", "온라인(www.startup-example.kr)"),
        ("서류 평가", "2026. 10. 12.", "비공개"),
        ("발표 평가", "2026. 10. 26. ~ 10. 28.", "창업허브 3층 대강당"),
        ("협약 체결", "2026. 11. 13.", "창업허브 2층 회의실"),
    )
    sheet.table(rows, Style((3, 5, 6), "lll", rules="rows", size=28))
    sheet.heading("4. 유의 사항")
    sheet.paragraph("※ 제출한 서류는 돌려드리지 않으며, 사실과 다른 내용이 있으면 선정을 취소할 수 있습니다.")
    sheet.paragraph("※ 문의: 창업지원과 ☎ 031-555-0126, 이메일 startup@example.go.kr (평일 09:00~18:00)")
    sheet.line("2026년 8월 20일", "c")
    sheet.line("미래도시 창업진흥원장", "c", 40)
    return sheet


def _form() -> Sheet:
    sheet = Sheet("ko-form", KOREAN, size=28)
    sheet.title("교육 과정 수강 신청서", 50)
    rows = (
        ("접수번호", "2026-0347", "<", "접수일", "2026. 5. 4."),
        ("신청인", "성명", "강다현", "생년월일", "1994. 8. 17."),
        ("^", "주소", "부산광역시 해운대구 센텀중앙로 48", "<", "<"),
        ("^", "전화", "010-5550-0192", "이메일", "dahyun@example.com"),
        ("신청\n과정", "과정명", "데이터 분석 기초와 시각화", "<", "<"),
        ("^", "기간", "5. 11. ~ 6. 5. (4주)", "시간", "19:00~21:30"),
        ("^", "수강료", "180,000원", "할인", "재직자 30%"),
        ("최종 학력", "대학교 졸업", "<", "전공", "경영정보학"),
        (
            "신청 사유",
            "업무에서 쓰는 판매 자료를 스스로 분석하고 보고서로\n만드는 능력을 기르고자 신청합니다.",
            "<",
            "<",
            "<",
        ),
    )
    sheet.table(rows, Style((3, 3, 6, 3, 5), "cclcl", header_rows=0, size=28))
    sheet.paragraph("개인정보 수집·이용에 동의하며, 위와 같이 교육 과정의 수강을 신청합니다.")
    sheet.line("신청인 강다현 (서명 또는 인)", "r")
    sheet.line("해운대평생교육원장 귀하", size=34)
    return sheet


def _newsletter() -> Sheet:
    sheet = Sheet("ko-newsletter", KOREAN, size=28)
    sheet.title("우리 마을 소식지 제27호", 50)
    sheet.rule()
    sheet.columns((
        "지난 10월 둘째 주 토요일, 솔바람 공원에서 열두 번째 마을 축제가 열렸습니다. 올해에는 주민 1,300여 명이 "
        "참여하여 먹거리 장터와 작은 음악회를 함께 즐겼습니다. 특히 초등학생들이 직접 만든 공예품을 파는 벼룩시장이 "
        "큰 인기를 끌었으며, 수익금 86만 원은 모두 지역 아동센터에 전달되었습니다.",
        "내년 봄부터는 빈집을 고쳐 만든 공유 부엌이 문을 엽니다. 누구나 예약하여 쓸 수 있고, 매주 수요일에는 혼자 "
        "사는 어르신을 위한 반찬을 함께 만듭니다. 자원봉사를 원하시는 분은 주민센터 2층으로 찾아오시거나 전화로 "
        "신청하시기 바랍니다.",
        "도서관은 12월 한 달 동안 내부 공사로 문을 닫습니다. 빌린 책은 정문 옆 무인 반납함에 넣어 주시고, 반납 기한은 "
        "새해 1월 10일까지 자동으로 늘어납니다. 공사가 끝나면 어린이 열람실이 지금보다 두 배 넓어집니다.",
        "쓰레기 분리 배출 요일이 바뀝니다. 종이와 플라스틱은 화요일과 금요일, 유리와 캔은 목요일 저녁 8시 이후에 "
        "내놓아 주십시오. 투명 페트병은 라벨을 떼고 찌그러뜨려 따로 모아 주시면 재활용률을 크게 높일 수 있습니다.",
    ))  # fmt: skip
    return sheet


def _won(*amounts: int) -> tuple[str, ...]:
    return tuple(f"{amount:,}" for amount in amounts)
