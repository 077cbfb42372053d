"""What each answer looks like: models alone, so that a client may import them without the service."""
