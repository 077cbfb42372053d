"""What Schemathesis is told of this interface before it begins: SCHEMATHESIS_HOOKS=tests.openapi.formats.

Only what a schema cannot tell, how some values look and what must fit together; all else it makes from the document.
"""

from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

from service.api import content
from service.api.types import page_token
from tests.contract.pictures import png

_DURATIONS = st.tuples(st.integers(1, 720), st.sampled_from("smh")).map(lambda parts: f"{parts[0]}{parts[1]}")
_SPANS = st.tuples(st.integers(1, 99), st.integers(0, 9)).map(lambda span: f"{span[0]}-{span[0] + span[1]}")
_HOSTS = st.sampled_from(["example.com", "hooks.example.org:8443"])
_ADDRESSES = st.tuples(st.sampled_from(["http", "https"]), _HOSTS, st.integers(0))

schemathesis.openapi.format("cancel-after", _DURATIONS)
schemathesis.openapi.format("page-ranges", st.lists(_SPANS, min_size=1, max_size=5).map(",".join))
schemathesis.openapi.format("page-token", st.integers(1, 2**62).map(page_token))
schemathesis.openapi.format("uri", _ADDRESSES.map(lambda parts: "{}://{}/{}".format(*parts)))
for kind in content.supported(documents=True):  # what a file is, its content tells: a picture goes for all
    schemathesis.openapi.media_type(kind, st.just(png()[1]))


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, arguments: dict[str, Any]) -> None:
    """A key belongs to one request: where it is meant to be right, each gets its own."""
    headers = case.meta.components.get(ParameterLocation.HEADER)
    if headers is not None and headers.mode.is_positive and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
