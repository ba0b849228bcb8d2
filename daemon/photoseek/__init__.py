"""photoseek finds a person's pictures by what they show. Everything stays on the computer."""

__version__ = "0.1.0"
