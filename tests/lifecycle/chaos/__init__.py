"""The chaos lab: clients at work, processes killed at random, and an audit of every task against what was promised.

`python -m tests.lifecycle.chaos --rounds 500 --seed 7` runs it for long; tests/lifecycle/test_chaos.py for a moment.
"""
