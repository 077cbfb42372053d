"""The engine that asks a vision model over OpenAI's Chat Completions."""

from workers.engines.openai_vision.engine import OpenAIVision as OpenAIVision
