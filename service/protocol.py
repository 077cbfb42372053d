"""uvicorn's HTTP parser, answering what is no HTTP as everything else that cannot be accepted."""

from starlette.datastructures import Headers
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.api.problems import MalformedHttp, answer


class Protocol(HttpToolsProtocol):
    """Such a request has no headers to go by, so that its answer is in Korean and without a request id."""

    def send_400_response(self, msg: str) -> None:
        response = answer(MalformedHttp(), Headers(), None)
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(header) for header in response.raw_headers)]
        self.transport.write(b"\r\n".join([*lines, b"connection: close", b"", bytes(response.body)]))
        self.transport.close()
