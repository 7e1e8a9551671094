"""Text to vectors to nearest vectors. This package knows nothing of newspapers."""
