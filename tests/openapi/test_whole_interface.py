"""Schemathesis over the whole document against the running service, bounded, and it finds nothing; with keys, too."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from tests.contract.installing import installed
from tests.contract.pictures import png
from tests.doors.keys import ALICE, API_KEYS, bearing
from tests.installation import ROOT, Installation
from tests.peers.process import Peer

EXAMPLES = 3
"""Of each kind for each operation, beside those that cover every limit in the document."""

SETTINGS = """
warnings = false
[parameters]
"path.batch_id" = "{batch}"
[[operations]]
include-operation-id = "follow_tasks"
request-timeout = 1.0
request-retries = 5
"""
"""The batch is one that there is; the stream of all tasks has no end, so that it is left after a second. One that tells
nothing in its first second is asked for again."""

SECONDS = 400
"""Which a run may take on a busy machine; alone it takes a fifth."""


@pytest.fixture(scope="module", params=["", API_KEYS], ids=["no keys", "keys"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, openai_process: Peer
) -> Iterator[Installation]:
    """One that everybody may ask, and one that asks for a key; every model has a price, so that any may be limited."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "prices.toml").write_text('["*"]\ninput = 1\noutput = 1\n', encoding="utf-8")
    settings = {"API_KEYS": request.param, "PRICES_FILE": folder / "prices.toml"}
    with installed(folder, openai_process, **settings) as installation:
        if request.param:
            installation.http.headers.update(bearing(ALICE))
        yield installation


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_document_is_openapi(service: Installation, language: str) -> None:
    document = service.get("/openapi.json", headers={"Accept-Language": language}).json()
    validate(document)
    assert document["openapi"].startswith("3.1.") and set(document["webhooks"]) == {"task_ended", "batch_ended"}


@pytest.mark.timeout(SECONDS + 60)
def test_schemathesis_finds_nothing(service: Installation, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(SETTINGS.format(batch=_batch(service)), encoding="utf-8")
    document = tmp_path / "openapi.json"  # of one that it fetches itself, it leaves out the address
    document.write_bytes(service.get("/openapi.json").content)
    options = [f"--max-examples={EXAMPLES}", "--seed=1", "--request-timeout=90", "--continue-on-failure"]
    command = [sys.executable, "-m", "schemathesis.cli", "--no-color", f"--config-file={tmp_path}/schemathesis.toml"]
    key = [f"--header={name}: {value}" for name, value in service.http.headers.items() if name == "Authorization"]
    done = subprocess.run(
        [*command, "run", str(document), f"--url={service.url}", *options, *key],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.openapi.formats", "PYTHONPATH": str(ROOT), "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    operations = len(_operations(service))
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert f"{operations} selected / {operations} total" in done.stdout, "nothing was left out"
    assert all(f"✅  {phase}" in done.stdout for phase in ("Coverage", "Fuzzing", "Stateful")), done.stdout


def _batch(service: Installation) -> str:
    """The id of a batch, which Schemathesis does not think of submitting."""
    files = [("file", png()), ("file", png())]
    response = service.http.post(f"{service.url}/background/analyze-image", files=files, timeout=30)
    return str(response.json()["batch_id"])


def _operations(service: Installation) -> list[str]:
    document = service.get("/openapi.json").json()
    return [f"{method} {path}" for path, methods in document["paths"].items() for method in methods]
