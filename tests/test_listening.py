"""An address that is taken is told in a sentence, before anything is started."""

import socket

import pytest

from service.listening import require_free


def test_a_port_that_another_program_has_is_told_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            require_free("127.0.0.1", port)
    assert f"127.0.0.1:{port}" in str(ended.value) and "make run PORT=" in str(ended.value)
    require_free("127.0.0.1", port)


def test_an_address_that_is_not_of_this_machine_is_told_too() -> None:
    with pytest.raises(SystemExit, match=r"Cannot listen on 192\.0\.2\.1"):
        require_free("192.0.2.1", 8000)  # set aside for documentation: no machine has it
