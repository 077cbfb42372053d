"""OpenAI's Chat Completions: what a request must be, and what the answers look like."""
