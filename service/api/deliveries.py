"""Looking at deliveries: what became of each callback, and sending one again."""

from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.endpoint import Answer, Asked, endpoint
from service.api.groups import CALLBACKS
from service.api.language import language_of
from service.api.pictures.delivery import DeliveryList, DeliveryState, Replayed, shown
from service.api.problems import Problem
from service.api.service import CLIENT, service_of
from service.api.types import HIGHEST, WHOLE, PageToken, page_token
from service.jobs.database import deliveries
from service.jobs.delivery_log import DeliveryLog, of_client
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text

PAGE_SIZE_LIMIT = 200

_AGAIN = Text("전달 '{delivery_id}'을(를) 지금 다시 보냅니다.", "The delivery '{delivery_id}' is sent again now.")


class UnknownDelivery(Problem):
    """No such delivery of this client."""

    status = 404
    code = "unknown_delivery"
    text = Text(
        "전달 '{delivery_id}'을(를) 찾을 수 없습니다. ID가 틀렸거나 이미 정리된 전달입니다.",
        "There is no delivery '{delivery_id}'. Its id is wrong, or it has been cleaned up.",
    )


class DeliveriesAsked(Asked):
    """Which deliveries, and how many at once."""

    task_id: Annotated[Absent[str], Meaning("이 작업의 전달만", "Only those of this task")] = None
    state: Annotated[Absent[DeliveryState], Meaning("이 상태의 전달만", "Only those in this state")] = None
    page_size: Annotated[
        int,
        Field(ge=0, lt=HIGHEST),
        WHOLE,
        Meaning(
            "한 쪽의 수(200까지, 0이면 서버가 정함)", "Deliveries on a page, at most 200; 0 leaves it to the service"
        ),
    ] = 0
    page_token: Annotated[
        Absent[PageToken], Meaning("앞 응답의 next_page_token", "The next_page_token of the answer before")
    ] = None


class OfDelivery(Asked):
    """Which delivery."""

    delivery_id: Annotated[str, Meaning("전달 ID", "Id of the delivery")]


@endpoint(
    "GET",
    "/background/deliveries",
    Text("콜백 전달 목록", "List the callbacks' deliveries"),
    Answer(200, Text("최신 전달부터", "The deliveries, newest first"), DeliveryList),
    group=CALLBACKS,
)
async def list_deliveries(request: Request, asked: DeliveriesAsked) -> DeliveryList:
    """A page of the client's own."""
    size = min(asked.page_size or PAGE_SIZE_LIMIT, PAGE_SIZE_LIMIT)
    wanted = [of_client(request.scope[CLIENT])]
    wanted += [] if asked.task_id is None else [deliveries.c.job_id == asked.task_id]
    wanted += [] if asked.state is None else [deliveries.c.state == asked.state]
    log = DeliveryLog(service_of(request).database)
    found = await run_in_threadpool(log.page, asked.page_token, size + 1, *wanted)
    token = page_token(found[size - 1][0].seq) if len(found) > size else ""
    return DeliveryList(deliveries=[shown(*one) for one in found[:size]], next_page_token=token)


@endpoint(
    "POST",
    "/background/deliveries/{delivery_id}/replay",
    Text("콜백 다시 보내기", "Send a callback again"),
    Answer(202, Text("곧 다시 보냅니다", "It is sent again at once"), Replayed),
    group=CALLBACKS,
    problems=(UnknownDelivery,),
)
async def replay_delivery(request: Request, asked: OfDelivery) -> Replayed:
    """The same body under the same `webhook-id`, also of one that was delivered; if it fails, it is tried on."""
    service, delivery_id = service_of(request), asked.delivery_id
    log = DeliveryLog(service.database)
    async with service.turn_to_write():
        found = await run_in_threadpool(log.replay, delivery_id, of_client(request.scope[CLIENT]))
    if found is None:
        raise UnknownDelivery(delivery_id=delivery_id[:100])
    service.courier_bell.ring()
    service.log.info("delivery_replayed", task_id=found[0].job_id, delivery=delivery_id)
    message = _AGAIN.fill(language_of(request.headers), {"delivery_id": delivery_id})
    return Replayed(message=message, delivery=shown(*found))
