"""The words of a description that are not in the document."""

from service.jobs.text import Language, Text

WORDS = {
    "answer": Text("응답", "Answers"),
    "body": Text("본문", "Body"),
    "callbacks": Text("보내 드리는 콜백", "What is posted to you"),
    "contents": Text("차례", "Contents"),
    "default": Text("기본값", "Default"),
    "description": Text("설명", "Meaning"),
    "document": Text("OpenAPI 3.1 문서", "OpenAPI 3.1 document"),
    "example": Text("예시", "Example"),
    "field": Text("필드", "Field"),
    "headers": Text("헤더", "Headers"),
    "keys": Text(
        "이 서버는 키를 요구합니다. `Authorization: Bearer <키>` 헤더를 보내 주세요.",
        "This server asks for a key: send the header `Authorization: Bearer <key>`.",
    ),
    "kind": Text("값", "Value"),
    "parameters": Text("매개변수", "Parameters"),
    "place": Text("위치", "In"),
    "required": Text("필수", "required"),
    "schemas": Text("데이터 형식", "Schemas"),
    "status": Text("상태", "Status"),
    "try": Text("명령줄에서", "From a shell"),
    "console": Text("콘솔", "Console"),
    "path": Text("경로", "path"),
    "query": Text("쿼리", "query"),
    "header": Text("헤더", "header"),
}


def words(language: Language) -> dict[str, str]:
    """All of them in one language."""
    return {name: text.fill(language, {}) for name, text in WORDS.items()}
