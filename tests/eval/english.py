"""English documents, as offices and shops make them; names and numbers are invented."""

import random
from collections.abc import Iterator

from tests.eval.faces import LATIN, SERIF
from tests.eval.sheet import TILL, Sheet, Style

_WORK = (
    "Site survey and drawings", "Copper pipe 22 mm", "Pressure valve DN40", "Labour, two fitters", "Waste disposal",
    "Thermostat T-900", "Insulation sleeve 2 m", "Travel and parking", "Safety inspection", "Mixing valve R-3/4\"",
)  # fmt: skip
_FOOD = (
    ("Whole Milk 1L", 149), ("Sourdough Loaf", 425), ("Bananas 1.2kg", 186), ("Cheddar 350g", 510), ("Eggs x12", 389),
    ("Olive Oil 0.5L", 899), ("Tomatoes 500g", 275), ("Dish Soap", 240),
)  # fmt: skip


def sheets() -> Iterator[Sheet]:
    """All of them."""
    yield _invoice(1)
    yield _invoice(2)
    yield _accounts()
    yield _roster()
    yield _receipt()
    yield _letter()
    yield _article()


def _invoice(seed: int) -> Sheet:
    chance = random.Random(200 + seed)
    sheet = Sheet(f"en-invoice-{seed}", LATIN)
    sheet.sides("INVOICE", f"No. {chance.randrange(10000, 99999)}", 52, bold=True)
    sheet.sides("Harrow & Finch Heating Ltd.", f"Date: {10 + seed} March 2026")
    sheet.sides("17 Quay Road, Bristol BS1 4TR", "Due: 14 days net")
    sheet.line("VAT reg. GB 482 1173 05")
    sheet.space(40)
    sheet.line("Bill to: Mrs. Eleanor Whitcombe, 8 Orchard Lane, Bath BA2 3QD")
    sheet.space(30)
    rows, total = [("Description", "Qty", "Unit price", "VAT", "Amount")], 0
    for work in chance.sample(_WORK, 6 + seed):
        quantity, price = chance.randrange(1, 25), chance.randrange(150, 19900)
        total += quantity * price
        rows.append((work, str(quantity), _money(price), chance.choice(("20%", "5%")), _money(quantity * price)))
    rows.append(("Total", "<", "<", "<", _money(total)))
    sheet.table(rows, Style((9, 2, 4, 2, 4), "lrrrr", rules=("rows", "all")[seed - 1], size=30))
    sheet.paragraph("Please pay by bank transfer to sort code 40-22-18, account 7155 0932, quoting the invoice number.")
    sheet.paragraph("Goods remain our property until paid in full. Interest of 8% a year is charged on late payments.")
    return sheet


def _accounts() -> Sheet:
    sheet = Sheet("en-accounts", SERIF, size=30)
    sheet.title("Consolidated statement of income", 46)
    sheet.line("(in thousands of dollars, except per share amounts)", "c", 26)
    sheet.space(20)
    rows = (
        ("", "Three months", "<", "Nine months", "<"),
        ("", "2026", "2025", "2026", "2025"),
        ("Revenue", "48,215", "44,902", "141,870", "130,448"),
        ("Cost of sales", "(29,114)", "(27,650)", "(86,003)", "(80,212)"),
        ("Gross profit", "19,101", "17,252", "55,867", "50,236"),
        ("Selling expenses", "(7,482)", "(7,011)", "(22,190)", "(20,874)"),
        ("Research and development", "(4,310)", "(3,955)", "(12,744)", "(11,602)"),
        ("Administrative expenses", "(2,208)", "(2,164)", "(6,591)", "(6,430)"),
        ("Operating income", "5,101", "4,122", "14,342", "11,330"),
        ("Income taxes", "(1,173)", "(948)", "(3,299)", "(2,606)"),
        ("Net income", "3,928", "3,174", "11,043", "8,724"),
        ("Earnings per share", "$0.41", "$0.33", "$1.15", "$0.91"),
    )
    sheet.table(rows, Style((8, 4, 4, 4, 4), "lrrrr", rules="none", header_rows=2))
    sheet.heading("Notes")
    sheet.paragraph(
        "Revenue grew by 7.4% in the quarter, of which 2.1 points came from exchange rates. Sales in Asia rose to "
        "$12.6 million, while Europe stayed level at $15.9 million."
    )
    sheet.paragraph("The effective tax rate was 23.0% in both periods. Diluted shares outstanding were 9,580,000.")
    return sheet


def _roster() -> Sheet:
    sheet = Sheet("en-roster", LATIN, size=30)
    sheet.title("Ward B roster, week 32", 46)
    rows = (
        ("Shift", "Hours", "Mon", "Tue", "Wed", "Thu", "Fri"),
        ("Early", "06:00-14:00", "Okafor", "Okafor", "Lindqvist", "Lindqvist", "Okafor"),
        ("^", "^", "Brandt", "Silva", "Silva", "Brandt", "Brandt"),
        ("Late", "14:00-22:00", "Novak", "Novak", "Novak", "Tanaka", "Tanaka"),
        ("^", "^", "Haddad", "Haddad", "O'Neill", "O'Neill", "O'Neill"),
        ("Night", "22:00-06:00", "Petrov", "<", "<", "Murphy", "<"),
        ("On call", "any", "Dr. Abbas, tel. 4410", "<", "<", "Dr. Reyes, tel. 4413", "<"),
    )
    sheet.table(rows, Style((3, 5, 4, 4, 4, 4, 4), "lccccccc", size=28))
    sheet.paragraph(
        "Changes must be agreed with the charge nurse at least 48 hours ahead and written in the blue book."
    )
    sheet.heading("Handover")
    sheet.paragraph("Handover takes place in room 2.14, ten minutes before each shift begins. Bring the keys.")
    return sheet


def _receipt() -> Sheet:
    chance = random.Random(301)
    sheet = Sheet("en-receipt", LATIN, TILL, margin=60, size=32)
    sheet.title("GREENLEAF MARKET", 48)
    sheet.line("2210 Alder Avenue, Spokane WA 99201", "c", 28)
    sheet.line("Cashier: Joanna   Register 04", "c", 28)
    sheet.rule(dashed=True)
    rows, total = [("Item", "Qty", "Amount")], 0
    for name, price in chance.sample(_FOOD, 6):
        quantity = chance.randrange(1, 4)
        total += price * quantity
        rows.append((name, str(quantity), f"{price * quantity / 100:.2f}"))
    sheet.table(rows, Style((8, 2, 4), "lrr", rules="none", size=32))
    sheet.rule(dashed=True)
    sheet.sides("Subtotal", f"{total / 100:.2f}")
    sheet.sides("Sales tax 8.9%", f"{total * 0.089 / 100:.2f}")
    sheet.sides("TOTAL", f"${total * 1.089 / 100:.2f}", 44, bold=True)
    sheet.rule(dashed=True)
    sheet.line("VISA ending 0417   APPROVED 662841", "c", 28)
    sheet.line("06/18/2026 17:42", "c", 28)
    sheet.line("Thank you for shopping local!", "c")
    return sheet


def _letter() -> Sheet:
    sheet = Sheet("en-letter", SERIF, size=32)
    sheet.line("Alderbrook Housing Association", size=40)
    sheet.line("5 Station Parade, Leeds LS1 2HJ | info@alderbrook.example | 0113 496 0155", size=26)
    sheet.space(60)
    sheet.line("21 September 2026", "r")
    sheet.line("Mr. Daniel Okoro")
    sheet.line("Flat 12B, Rowan Court")
    sheet.line("Leeds LS7 4AW")
    sheet.space(50)
    sheet.line("Re: Replacement of windows, reference AHA/2026/0871", size=34)
    sheet.space(20)
    sheet.paragraph("Dear Mr. Okoro,")
    sheet.paragraph(
        "We are writing to let you know that the windows in your flat will be replaced between Monday, 12 October and "
        "Thursday, 15 October. The work is carried out by Kestrel Joinery and takes about one day for each flat. It "
        "is paid for by the Association; your rent of £612.50 a month does not change."
    )
    sheet.paragraph(
        "Please move furniture at least 1.5 metres away from the windows, take down curtains and blinds, and keep "
        "pets in a closed room. If nobody can be at home, you may leave a key at our office until 5 p.m. on the "
        "Friday before."
    )
    sheet.paragraph(
        "Should you have questions, call us on weekdays from 9:00 to 12:30 or write to repairs@alderbrook.example. We "
        "apologise for the noise, and hope that you will enjoy a warmer and quieter home this winter."
    )
    sheet.paragraph("Yours sincerely,")
    sheet.space(60)
    sheet.line("Margaret Dunne")
    sheet.line("Head of Property Services")
    return sheet


def _article() -> Sheet:
    sheet = Sheet("en-article", SERIF, size=27)
    sheet.title("How salt marshes keep the sea at bay", 48)
    sheet.line("A. Fenwick and R. Castellanos, Coastal Notes 14 (2026), 33-41", "c", 26)
    sheet.rule()
    sheet.columns((
        "Salt marshes grow where rivers meet the tide. Twice a day the water covers them, drops a thin layer of mud "
        "and draws back. Grasses hold the mud with their roots, so that the ground rises slowly, by 2 to 8 "
        "millimetres a year in the estuaries that we studied.",
        "During the storm of 5 January 2025 we measured waves on both sides of a marsh 240 metres wide. Outside they "
        "were 0.92 metres high, behind the marsh only 0.31 metres. Of this loss about 60% was due to the plants; "
        "where they had been mown, waves kept 44% more of their height.",
        "Building and keeping a sea wall costs between $3,100 and $7,400 for each metre. A marsh in front of it lets "
        "the wall be lower by more than a metre. It also feeds fish, stores carbon and needs no repair after a storm, "
        "for it mends itself within one or two summers.",
        "Yet half of the marshes on this coast have been lost since 1900, most of them to farming and harbours. Where "
        "dikes were opened again, plants came back after three years, and after twelve the new marsh slowed waves as "
        "well as an old one. Time, however, is short: if the sea rises faster than the mud can gather, marshes drown.",
    ))  # fmt: skip
    return sheet


def _money(cents: int) -> str:
    return f"${cents / 100:,.2f}"
