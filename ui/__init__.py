"""Command line, chat page and HTTP API. No retrieval or answering logic lives here."""
