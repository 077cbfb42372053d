"""The service from Python: a thin, typed client of its HTTP API."""

from service.client.client import Client
from service.client.errors import ApiError, TaskNotCompleted, Unreachable
from service.client.models import Event, Task

__all__ = ["ApiError", "Client", "Event", "Task", "TaskNotCompleted", "Unreachable"]
