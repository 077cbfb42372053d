"""Excel files: their sheets, the ranges used on each, and their values as they are shown."""
