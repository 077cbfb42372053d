"""The core both sides share: jobs, their states and where they are kept. No HTTP, no Pillow, no OpenAI."""
