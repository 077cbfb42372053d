"""Answers about the service itself."""

from typing import Annotated, Any, Literal

from pydantic import Field

from service.jobs.job import Status
from service.jobs.picture import Meaning, Picture

Reasons = Annotated[list[str], Meaning("준비되지 않은 이유", "What is missing")]


class Fine(Picture):
    """All is well."""

    status: Annotated[Literal["ok"], Meaning("언제나 ok", "Always ok")] = "ok"


class NotReady(Picture):
    """A task sent now could not be stored or worked on."""

    status: Annotated[Literal["unavailable"], Meaning("언제나 unavailable", "Always unavailable")] = "unavailable"
    reasons: Reasons


class Workers(Picture):
    """How many workers there are."""

    alive: Annotated[int, Field(ge=0), Meaning("워커 수", "Workers")]
    busy: Annotated[int, Field(ge=0), Meaning("일하는 워커 수", "Workers at work")]


class Callbacks(Picture):
    """How callbacks fare, over all clients."""

    pending: Annotated[int, Field(ge=0), Meaning("보낼 콜백 수", "Deliveries that are owed")]
    stopped_endpoints: Annotated[int, Field(ge=0), Meaning("멈춰진 주소의 수", "Addresses nothing is sent to any more")]


class Health(Picture):
    """How the service fares."""

    status: Annotated[Literal["ok", "unavailable"], Meaning("준비되었는지", "Whether it is ready")]
    reasons: Reasons
    tasks: Annotated[dict[Status, int], Meaning("상태별 작업 수", "Tasks by state")]
    oldest_pending_seconds: Annotated[
        float | None, Meaning("가장 오래 기다린 작업의 대기 시간(초)", "Seconds the oldest waiting task has waited")
    ]
    workers: Annotated[Workers, Meaning("워커", "Workers")]
    callbacks: Annotated[Callbacks, Meaning("콜백", "Callbacks")]
    engines: Annotated[list[dict[str, Any]], Meaning("엔진이 할 수 있는 것", "What the engines can do")]
