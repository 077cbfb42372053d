"""What makes the house full: a lock held by another process, a folder nobody can write to, clients that dawdle."""
