"""What belongs together in a description of the interface: the tags of OpenAPI."""

from service.jobs.text import Text

SUBMITTING = Text("제출", "Submitting")
FOLLOWING = Text("상태와 이벤트", "Status and events")
RESULTS = Text("결과", "Results")
BATCHES = Text("묶음", "Batches")
ENDING = Text("취소, 재시도, 정리", "Cancelling, retrying, cleaning up")
CALLBACKS = Text("콜백", "Callbacks")
SERVICE = Text("서비스", "Service")
