"""Reading the keys and comparing one with them, and the starts that are refused."""

import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.keys import client_of_key, read_keys
from service.settings import Settings
from tests.doors.keys import ALICE, ALICE_NEW, API_KEYS, BOB, NAMELESS
from tests.installation import Installation

KEYS = read_keys(word.strip() for word in API_KEYS.split(","))


@pytest.mark.parametrize(("key", "client"), [(ALICE, "alice"), (ALICE_NEW, "alice"), (BOB, "bob")])
def test_each_key_leads_to_its_client(key: str, client: str) -> None:
    assert client_of_key(key.encode(), KEYS) == client


def test_a_nameless_key_has_a_name_that_stays_and_tells_nothing() -> None:
    [alone], client = read_keys([NAMELESS]), client_of_key(NAMELESS.encode(), KEYS)
    assert client == alone.client == "key-4cafa09f7868"
    assert client_of_key(b"another", KEYS) is None


@pytest.mark.parametrize("given", [b"", ALICE[:-1].encode(), (ALICE + "x").encode(), ALICE.upper().encode(), b"\xff\0"])
def test_nothing_else_is_a_key(given: bytes) -> None:
    assert client_of_key(given, KEYS) is None


@pytest.mark.parametrize("given", [ALICE.encode(), NAMELESS.encode(), b"wrong", b""])
def test_every_key_is_compared_in_constant_time_whichever_fits(monkeypatch: pytest.MonkeyPatch, given: bytes) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    client_of_key(given, KEYS)
    assert compared == [(32, 32)] * len(KEYS), "digests, so that not even the length tells anything"


def test_no_repr_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    for name, value in {"API_KEYS": API_KEYS, "OPENAI_API_KEY": "sk-0123", "CALLBACK_SECRETS": webhook}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert set(settings.secrets) == {ALICE, ALICE_NEW, BOB, NAMELESS, "sk-0123", webhook}
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json(), repr(KEYS)):
        assert not [secret for secret in settings.secrets if secret in shown]


FAULTS = {
    "short": ("API_KEYS", "alice:MARK-5678901234", "at least 16"),
    "strange letters": ("API_KEYS", "alice:MARK-5678901234 67890", "at least 16"),
    "no key": ("API_KEYS", "MARK:", "entry 1"),
    "strange name": ("API_KEYS", "MARK name:0123456789abcdef", "entry 1"),
    "the same twice": ("API_KEYS", "a:MARK-567890123456,b:MARK-567890123456", "twice"),
    "a line end in it": ("OPENAI_API_KEY", "sk-MARK\n", "line ends"),
    "not whole": ("CALLBACK_SECRETS", "whsec_MARK", "whsec_"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_secret_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    name, value, reason = FAULTS[fault]
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=reason) as caught:
        Settings()
    assert name.lower() in str(caught.value) and "MARK" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "documents.example.com", "127.0.0.1 "])
def test_an_address_beyond_this_machine_needs_keys(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    with pytest.raises(ValueError, match="API_KEYS") as caught:
        Settings()
    assert f"HOST={host}" in str(caught.value) and "HOST=127.0.0.1" in str(caught.value)
    monkeypatch.setenv("API_KEYS", API_KEYS)
    assert Settings().host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HOST", host)
    assert Settings().api_keys == ()


@pytest.mark.parametrize("module", ["service.main", "workers.main"])
def test_a_process_does_not_start_open_to_others_and_tells_every_fault(tmp_path: Path, module: str) -> None:
    service = Installation(tmp_path, HOST="0.0.0.0", MAX_WORKERS=0, CALLBACK_SECRETS="whsec_MARK")
    environment = service.environment | {"OPENAI_API_KEY": "sk MARK"}
    command = [sys.executable, "-m", module]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    for told in ("  API_KEYS: ", "HOST=0.0.0.0", "HOST=127.0.0.1", "MAX_WORKERS", "CALLBACK_SECRETS", "OPENAI_API_KEY"):
        assert told in done.stderr
    assert "MARK" not in done.stdout + done.stderr and "Traceback" not in done.stderr


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A developer's own must not reach these tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        if name.upper() in os.environ:
            monkeypatch.delenv(name.upper())
