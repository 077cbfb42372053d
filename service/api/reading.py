"""Values as a client sent them, read by a model: every fault told, each in both languages."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.api.faults import FieldFault, InvalidFields, Unfit
from service.jobs.text import Text

M = TypeVar("M", bound=BaseModel)

SHOWN = 50
"""Characters of a faulty value that are sent back."""


def read(model: type[M], values: Mapping[str, Any], context: Any = None) -> M:
    """Read by the model, whose validators get `context`. Raises InvalidFields naming everything that is faulty."""
    try:
        return model.model_validate(values, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise InvalidFields(*(_fault(detail) for detail in details))


def sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form without those left blank, which a browser sends too: they count as not sent."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value != ""}


def _fault(detail: ErrorDetails) -> FieldFault:
    name, value, facts = str(detail["loc"][0]), detail["input"], detail.get("ctx", {})
    unfit = facts.get("error")
    if isinstance(unfit, Unfit):
        return FieldFault(name, unfit.reason, {"name": name, **unfit.values})
    if detail["type"] in ("string_too_long", "string_too_short"):
        limit = facts.get("max_length", facts.get("min_length"))
        return FieldFault(name, _TEXTS[detail["type"]], {"name": name, "limit": limit, "actual": len(value)})
    limits = {name: int(limit) for name, limit in facts.items() if isinstance(limit, float) and limit.is_integer()}
    choices = str(facts.get("expected", "")).replace("'", "").replace(" or ", ", ")
    shown = {"name": name, "actual": str(value)[:SHOWN], "choices": choices, **facts, **limits}
    return FieldFault(name, _TEXTS.get(detail["type"], _TEXTS["other"]), shown)


NOT_WHOLE = Text("{name}은(는) 정수여야 합니다('{actual}').", "{name} must be a whole number, not '{actual}'.")
NOT_FLAG = Text("{name}은(는) true나 false여야 합니다('{actual}').", "{name} must be true or false, not '{actual}'.")
_NUMBER = Text("{name}은(는) 수여야 합니다('{actual}').", "{name} must be a number, not '{actual}'.")
_CHOICE = Text(
    "{name}은(는) {choices} 중 하나여야 합니다('{actual}').", "{name} must be one of {choices}, not '{actual}'."
)

_TEXTS = {
    "missing": Text("{name}이(가) 필요합니다.", "{name} is needed."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "int_type": NOT_WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_parsing": NOT_FLAG,
    "greater_than": Text("{name}은(는) {gt}보다 커야 합니다('{actual}').", "{name} must be over {gt}, not '{actual}'."),
    "greater_than_equal": Text(
        "{name}은(는) {ge} 이상이어야 합니다('{actual}').", "{name} must be at least {ge}, not '{actual}'."
    ),
    "less_than": Text("{name}은(는) {lt}보다 작아야 합니다('{actual}').", "{name} must be under {lt}, not '{actual}'."),
    "less_than_equal": Text(
        "{name}은(는) {le} 이하여야 합니다('{actual}').", "{name} must be at most {le}, not '{actual}'."
    ),
    "string_too_long": Text(
        "{name}은(는) {limit}자까지입니다({actual}자).", "{name} may have {limit} characters; it has {actual}."
    ),
    "string_too_short": Text(
        "{name}은(는) {limit}자 이상이어야 합니다({actual}자).",
        "{name} must have at least {limit} characters; it has {actual}.",
    ),
    "too_short": Text("{name}이(가) 필요합니다.", "{name} is needed."),
    "too_long": Text(
        "{name}은(는) {max_length}개까지입니다({actual_length}개).",
        "{name} may be sent {max_length} times; it came {actual_length} times.",
    ),
    "other": Text("{name}의 값이 올바르지 않습니다('{actual}').", "The value of {name} is not right: '{actual}'."),
}
"""What a person is told for each kind of pydantic's errors; a validator of ours that has more to say raises Unfit."""
