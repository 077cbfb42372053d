"""Which script a text is written in."""


def has_hangul(text: str) -> bool:
    """Whether any letter is a Hangul syllable. Lone jamo do not count: they are misread boxes and circles."""
    return any("가" <= letter <= "힣" for letter in text)


def is_latin(text: str) -> bool:
    """Whether every letter is Latin, a digit or a sign such documents use, and there is at least one.

    Greek, Cyrillic, Chinese and kana are what a reader without Hangul makes of Hangul, so they count against it.
    """
    return bool(text.strip()) and all(ord(letter) < 0x0250 or letter in SIGNS for letter in text)


SIGNS = frozenset("‘’“”–—…•·※→←↑↓○●◎□■△▲▽▼☆★①②③④⑤⑥⑦⑧⑨⑩₩€£¥℃㎡㎞㎏％～「」『』【】〈〉《》")
"""Signs outside the Latin blocks that stand in Korean and English documents alike."""
