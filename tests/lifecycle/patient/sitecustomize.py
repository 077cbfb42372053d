"""Loaded first by a service's processes: the supervisor waits until a run has stopped by itself.

On a machine that is busy enough any worker may be killed because it did not get to run in time.
"""

import sys

if "workers.main" in sys.orig_argv:
    import workers.hand

    workers.hand.PATIENCE = 30.0
