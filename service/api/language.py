"""Which language an answer is written in: Korean, unless the client prefers English."""

from starlette.datastructures import Headers

from service.jobs.text import Language


def language_of(headers: Headers) -> Language:
    """The first of ko and en by the weights of Accept-Language; Korean when neither is wanted."""
    wanted = [_weighted(part) for part in headers.get("accept-language", "").split(",")]
    best = max((w for w in wanted if w[1] in ("ko", "en")), default=(0.0, "ko"), key=lambda w: w[0])
    return "en" if best[1] == "en" and best[0] > 0 else "ko"


def _weighted(part: str) -> tuple[float, str]:
    tag, _, parameter = part.strip().partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return weight, tag.split("-")[0].strip().lower()
