"""The cage: a forked child without rights, in which files from outside are decoded."""
