"""An offline double of Cloudflare's AI gateway in front of OpenAI's models."""

__version__ = "0.1.0"
