"""Fields that cannot be accepted: each named, with its reason, and all of a request at once."""

from typing import Any, NamedTuple

from service.api.problems import Problem
from service.jobs.errors import EncryptedDocument
from service.jobs.text import Language, Text


class FieldFault(NamedTuple):
    """One field that cannot be accepted, and why."""

    field: str
    reason: Text
    values: dict[str, Any] = {}  # noqa: RUF012  (a NamedTuple default, never changed)


class Unfit(ValueError):
    """Raised by a model's validator: why a value cannot be accepted. `{name}` in the reason is the field's."""

    def __init__(self, reason: Text, **values: Any) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.values = values


class InvalidFields(Problem):
    """Every faulty field of a request at once; `code` names the fault when there is only one kind."""

    status = 422
    code = "invalid_field"
    text = Text("요청 값이 올바르지 않습니다. {sentences}", "The request's values are not right. {sentences}")

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def message(self, language: Language = "ko") -> str:
        sentences = " ".join(fault.reason.fill(language, fault.values) for fault in self.faults)
        return self.text.fill(language, {"sentences": sentences})

    def members(self, language: Language) -> dict[str, Any]:
        errors = [
            {"detail": fault.reason.fill(language, fault.values), "pointer": f"#/{fault.field}"}
            for fault in self.faults
        ]
        first = {name: value for name, value in self.faults[0].values.items() if name in ("limit", "actual")}
        return {"field": self.faults[0].field, "errors": errors, **first}


class MissingFile(InvalidFields):
    code = "missing_file"

    def __init__(self) -> None:
        reason = Text("'file' 필드에 파일이 없습니다.", "There is no file in the field 'file'.")
        super().__init__(FieldFault("file", reason))


class EmptyFile(InvalidFields):
    code = "empty_file"

    def __init__(self) -> None:
        super().__init__(FieldFault("file", Text("'file'이 비어 있습니다(0바이트).", "The file is empty (0 bytes).")))


class TooManyFiles(InvalidFields):
    code = "too_many_files"

    def __init__(self, limit: int) -> None:
        reason = Text(
            "파일은 한 번에 {limit}개까지 보낼 수 있습니다. 나누어 보내 주세요.",
            "No more than {limit} files can be sent at once. Send them one lot after the other.",
        )
        super().__init__(FieldFault("file", reason, {"limit": limit}))


class InvalidBatch(InvalidFields):
    """Some files of a batch cannot be accepted, so none is; each is named."""

    code = "invalid_batch"


class UnmeasurableFile(InvalidFields):
    code = "unmeasurable_file"

    def __init__(self, reason: Text) -> None:
        super().__init__(FieldFault("file", reason))


class ImageTooBig(InvalidFields):
    code = "too_many_pixels"

    def __init__(self, limit: int, actual: int) -> None:
        reason = Text(
            "이미지의 픽셀 수({actual})가 한도({limit})를 넘습니다. 더 작은 이미지로 보내 주세요.",
            "The image has {actual} pixels, over the limit of {limit}. Send a smaller image.",
        )
        super().__init__(FieldFault("file", reason, {"limit": limit, "actual": actual}))


class LockedFile(InvalidFields):
    code = EncryptedDocument.code

    def __init__(self) -> None:
        super().__init__(FieldFault("file", EncryptedDocument.text))
