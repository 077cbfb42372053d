"""The engine's sentences for a person, Korean first, as the public texts are."""

PROMPT_NOT_FOLLOWED = (
    "내장 엔진은 글자와 표만 읽으며 요청하신 프롬프트는 해석하지 않았습니다. "
    "The embedded engine reads text and tables only; the prompt was not interpreted."
)
KOREAN_MISSING = (
    "한국어 인식 데이터가 설치되어 있지 않아 라틴 문자와 숫자만 읽었습니다. "
    "Korean recognition data is not installed, so only Latin letters and digits were read."
)
NO_TEXT = "이 이미지에서 글자를 찾지 못했습니다.\n\nNo text was found in this image."
TURNED = "{0}쪽은 시계 방향으로 {1}° 돌려 읽었습니다. Page {0} was turned clockwise by {1}° to be read."
NOTHING_WRITTEN = "{0}쪽에는 읽을 글자가 없습니다. Page {0} holds no text to be read."
UNSURE = "글자가 흐리거나 작아 잘못 읽은 부분이 있을 수 있습니다. Parts may be misread: the text is faint or small."
UNSURE_SHAPE = "행과 열은 추측한 것입니다. The rows and columns are a guess."
