"""Passages to a checked answer: figures, citations, refusal, readings."""
