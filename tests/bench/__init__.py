"""The benchmark: the whole service measured from outside, with every figure beside its target."""
