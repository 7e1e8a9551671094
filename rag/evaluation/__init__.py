"""Gold questions to metrics."""
