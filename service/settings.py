"""Every setting, read once from the environment and `.env`, validated whole, then frozen."""

import base64
import ipaddress
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.keys import ApiKey, read_keys
from service.models.prices import OWN, Prices, read_prices

Words = Annotated[tuple[str, ...], NoDecode]
"""Several words in one variable, separated by commas."""

_SQLITE = "sqlite:///"


class Settings(BaseSettings):
    """What an operator can set. Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    host: str = Field("127.0.0.1", description="Address the web process listens on")
    port: int = Field(8000, ge=0, le=65535, description="Port the web process listens on")
    api_keys: Annotated[tuple[ApiKey, ...], NoDecode] = Field(
        (), validate_default=True, description="Keys clients must send, as `name:key` or bare; needed beyond loopback"
    )
    cors_origins: Words = Field((), description="Origins whose web pages may read answers; `*` for any, with keys only")
    public_url: str = Field("", description="Address clients reach the service at, put before links in callbacks")
    data_dir: Path = Field(Path("data"), description="Folder of the database, the queue and the uploads")
    results_dir: Path = Field(Path("analyze/result"), description="Folder of results and of `logs/`")
    database_url: str = Field(
        "", description="Where the jobs are kept, as `sqlite:///FILE`; empty: `jobs.db` in `DATA_DIR`"
    )
    max_workers: int = Field(3, ge=1, le=64, description="Jobs that run at once, each in a process of its own")
    max_attempts: int = Field(3, ge=1, le=20, description="Times a job is started before it fails as `worker_crashed`")
    quota_requests_per_minute: int = Field(0, ge=0, description="Requests a client may make in a minute; 0: any number")
    quota_mb_per_hour: float = Field(0, ge=0, description="MB a client may send in an hour; 0: any number")
    quota_mb_per_day: float = Field(0, ge=0, description="MB a client may send in a day; 0: any number")
    quota_tasks: int = Field(0, ge=0, description="Tasks of a client that may wait or run at once; 0: any number")
    max_queued: int = Field(10_000, ge=1, description="Tasks that may wait; above that a submission gets 503")
    job_timeout: float = Field(600, gt=0, description="Seconds one run of a job may take")
    shutdown_grace: float = Field(4, ge=0, le=60, description="Seconds running jobs get to end when stopped")
    cleanup_interval: float = Field(24, ge=0, description="Hours between automatic clean-ups; 0 switches them off")
    cleanup_max_age: float = Field(24, ge=0, description="Hours a finished task is kept by the automatic clean-up")
    reuse_hours: float = Field(24, ge=0, description="Hours a result can be had again by `reuse=true`")
    max_upload_mb: float = Field(50, gt=0, description="Largest accepted file, in MB of 1024 x 1024 bytes")
    max_batch_files: int = Field(100, ge=1, le=1000, description="Most files submitted together, sent or in a ZIP")
    max_batch_mb: float = Field(500, gt=0, description="Most MB of files submitted together, as sent and unpacked")
    upload_idle_seconds: float = Field(30, gt=0, description="Seconds an upload may stand still before it is cut off")
    upload_seconds: float = Field(3600, gt=0, description="Seconds an upload may take as a whole, however it trickles")
    max_image_pixels: int = Field(
        64_000_000, ge=1, description="Most pixels of an image; a JPEG may have four times that"
    )
    max_pages: int = Field(100, ge=1, description="Most pages of a document that are read")
    worker_memory_mb: int = Field(2048, ge=256, description="Memory in MB that one worker may take")
    decode_memory_mb: int = Field(1024, ge=64, description="Memory in MB that decoding one file may take")
    openai_api_key: SecretStr | None = Field(
        None, description="Key of the model's server; without it the embedded engine reads"
    )
    openai_base_url: str = Field("", description="Address of an OpenAI-compatible server; empty: OpenAI's own")
    openai_model: str = Field("gpt-5.6-terra", min_length=1, description="Model used where a request names none")
    openai_timeout: float = Field(120, gt=0, description="Seconds the model's server may stay silent")
    openai_image_side: int = Field(
        2048, ge=64, le=8192, description="Longest side in pixels of images for models of no known family"
    )
    prices_file: Path | None = Field(
        None, description="TOML file of what models charge; empty: the project's own, `service/models/prices.toml`"
    )
    callback_allowed_hosts: Words = Field(
        (), description="Hosts that callbacks may reach though their address is not global"
    )
    callback_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Secrets (`whsec_...`) that sign callbacks; empty: one is made in `DATA_DIR`"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level of log lines")

    @field_validator("callback_allowed_hosts", "callback_secrets", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _words(value) if isinstance(value, str) else value

    @field_validator("api_keys", mode="before")
    @classmethod
    def _read_keys(cls, value: object) -> object:
        return read_keys(_words(value)) if isinstance(value, str) else value

    @field_validator("api_keys")
    @classmethod
    def _closed(cls, value: tuple[ApiKey, ...], info: ValidationInfo) -> tuple[ApiKey, ...]:
        host = info.data.get("host", "")
        if not value and not is_loopback(host):
            raise ValueError(
                f"HOST={host} lets other machines in, and without API_KEYS anybody may see and remove every task. "
                "Set API_KEYS (name:key,name:key ...), or HOST=127.0.0.1"
            )
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for word in value:
            if word != "*" and not re.fullmatch(r"https?://[a-z0-9.\[\]:-]+", word):
                raise ValueError(
                    f"'{word}' is no origin: scheme, host and port as a browser sends them, in small letters"
                )
        if "*" in value and not info.data.get("api_keys"):
            raise ValueError("'*' would let any web page see and remove every task; name the origins, or set API_KEYS")
        return value

    @field_validator("openai_api_key")
    @classmethod
    def _fit_for_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        # Or the HTTP client refuses it at every question, and says the key as it does; and logs would write it escaped.
        if value is not None and not re.fullmatch(r"[!#-&(-\[\]-~]+", value.get_secret_value()):
            raise ValueError("a key has no spaces, line ends, quotes, backslashes or letters beyond ASCII")
        return value

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)  # whose ValueError says what is wrong
        if value and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("an address begins with http:// or https:// and has a host")
        return value

    @field_validator("callback_allowed_hosts")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.lower() for word in value)  # as hosts are compared

    @field_validator("data_dir", "results_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("prices_file")
    @classmethod
    def _readable_prices(cls, value: Path | None) -> Path | None:
        if value is not None:
            read_prices(value)  # whose ValueError names the faults
        return value

    @field_validator("callback_secrets")
    @classmethod
    def _whole_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(_is_webhook_secret(word.get_secret_value()) for word in value):
            raise ValueError("each secret must begin with whsec_ (base64 of 24 to 64 random bytes)")
        return value

    @field_validator("database_url")
    @classmethod
    def _of_a_file(cls, value: str) -> str:
        if value and not re.fullmatch(_SQLITE + "[^?#]+", value):
            raise ValueError(
                "only an SQLite file is supported: sqlite:///FILE, with four slashes where its path begins with one"
            )
        return value

    @model_validator(mode="after")
    def _database_address(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"{_SQLITE}{self.data_dir / 'jobs.db'}")
        return self

    @property
    def database_folder(self) -> Path:
        """Where the database's file is."""
        return Path(self.database_url.removeprefix(_SQLITE)).absolute().parent

    @property
    def folders(self) -> tuple[Path, ...]:
        """What must be writable."""
        return self.data_dir, self.database_folder, self.results_dir

    @property
    def max_upload_bytes(self) -> int:
        return int(self.max_upload_mb * 1024 * 1024)

    @cached_property
    def prices(self) -> Prices:
        """What models charge."""
        return read_prices(self.prices_file or OWN)

    @property
    def max_batch_bytes(self) -> int:
        """Never less than one file may have."""
        return max(self.max_upload_bytes, int(self.max_batch_mb * 1024 * 1024))

    @property
    def has_model(self) -> bool:
        """Whether a model's server can be asked; otherwise every job goes to the embedded engine."""
        return self.openai_api_key is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line may hold."""
        known = (*(key.secret for key in self.api_keys), *self.callback_secrets, self.openai_api_key)
        return tuple(secret.get_secret_value() for secret in known if secret is not None)


def load_settings() -> Settings:
    """Read the settings, or end the process with every fault listed by its variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise SystemExit(_report(error)) from None


@lru_cache  # asked of every request's Host
def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _is_webhook_secret(word: str) -> bool:
    try:
        return word.startswith("whsec_") and 24 <= len(base64.b64decode(word[6:], validate=True)) <= 64
    except ValueError:
        return False


def _report(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False)
    lines = [f"  {'.'.join(map(str, fault['loc'])).upper() or 'SETTINGS'}: {fault['msg']}" for fault in faults]
    return "\n".join(["The settings cannot be used:", *lines])
