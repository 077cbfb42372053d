"""What can be asked of a process that may end at any moment."""

import math

import psutil


def name_of(process: psutil.Process) -> str:
    """What a process is called; nothing once it is gone."""
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def is_over(process: psutil.Process) -> bool:
    """Whether it has ended, buried or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; empty once it is gone."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def parent_of(process: psutil.Process) -> int | None:
    """The id of a process's parent; None once the process is gone."""
    try:
        return process.ppid()
    except psutil.Error:
        return None


def depth_of(process: psutil.Process) -> float:
    """How many processes stand above one; endless once it is gone, lest a worker that has died pass for the highest."""
    try:
        return len(process.parents())
    except psutil.Error:
        return math.inf
