"""The secrets that sign callbacks."""

import base64
import os
import secrets
from pathlib import Path

from service.settings import Settings

_BYTES = 32


def callback_secrets(settings: Settings) -> tuple[str, ...]:
    """Those of the settings; else the installation's own, made once and kept in the data folder for its owner only."""
    given = tuple(secret.get_secret_value() for secret in settings.callback_secrets)
    return given or (_own_secret(settings.data_dir / "callback.secret"),)


def _own_secret(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret
