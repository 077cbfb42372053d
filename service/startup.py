"""A process's start, without the garbage collector: the first module that each of our programs imports.

What modules define lives for ever. Looking through it for garbage, again and again while there comes more of it, took a
sixth of the start of the web process and a third of that of the supervisor [measured].
"""

import gc

gc.disable()


def end() -> None:
    """What there is by now stays, and is not looked at again; from here on garbage is collected.

    So what was loaded before a fork stays memory that both share: the collector would write to it.
    """
    gc.freeze()
    gc.enable()
