"""The outside world as real local servers: an OpenAI endpoint and a callback receiver, each in its own process."""
