"""The embedded engine in real workers: without a key, cancelled, and after a kill."""

import time
from pathlib import Path

from demo.draw import draw_samples
from demo.truth import RECEIPT, REPORT
from tests.conftest import MakeInstallation
from tests.lifecycle.patient import SLOT_FREE


def test_without_a_key_the_embedded_engine_reads(make_installation: MakeInstallation, tmp_path) -> None:
    draw_samples(tmp_path / "samples")
    receipt, report = ((name, (tmp_path / "samples" / name).read_bytes()) for name in (RECEIPT, REPORT))
    with make_installation(MAX_WORKERS=1, OPENAI_API_KEY="").running() as service:
        task = service.submitted(receipt, model="gpt-5.6-terra")
        assert (service.status(task)["engine"], service.status(task)["model"]) == ("local", "local")
        result = service.wait_for(lambda: service.ended(task) and service.result(task)).json()
        assert result["engine"] == "local"
        assert result["analysis"]["prompt_followed"] is False
        assert "RIVERSIDE COFFEE HOUSE" in result["analysis"]["text"]
        assert "28.89" in result["analysis"]["text"]
        assert result["usage"] is None

        # Cancelled while it reads: the slot is free at once, and the worker that takes over reads as well.
        cancelled = service.submitted(report, kind="extract-tables")
        service.wait_for(lambda: service.status(cancelled)["progress"] >= 30)
        assert service.cancel(cancelled).status_code == 200
        again = service.submitted(report, kind="extract-tables")
        begun = time.monotonic()
        service.wait_until(again, "processing", "completed", timeout=SLOT_FREE)
        print(f"free after {time.monotonic() - begun:.3f} s")
        assert service.ended(again)["status"] == "completed"
        (table,) = service.result(again).json()["tables"]
        assert "서울" in table["markdown"]
        assert service.status(cancelled)["status"] == "cancelled"
        assert service.result(cancelled).status_code == 409
        facts = service.get("/health").json()["engines"][0]
        assert facts["default_engine"] == "local"
        assert facts["local_languages"] == ["ko", "en"]
        loaded = [Path(f"/proc/{one.pid}/maps").read_text() for one in service.children("worker")]
        assert loaded and not any("/jiter/" in maps for maps in loaded), "the model's client takes memory for nothing"
