"""What is said to people: each sentence in both languages."""

from typing import Any, Literal, NamedTuple

Language = Literal["ko", "en"]


class Text(NamedTuple):
    """A sentence for a person in both languages, with `{name}` places for values."""

    ko: str
    en: str

    def fill(self, language: Language, values: dict[str, Any]) -> str:
        """The sentence in one language. Raises KeyError when a place has no value."""
        return (self.ko if language == "ko" else self.en).format_map(values)
