"""The peers' fixtures, for their own tests."""

from tests.peers.fixtures import openai_peer, openai_process, receiver, receiver_process

__all__ = ["openai_peer", "openai_process", "receiver", "receiver_process"]
