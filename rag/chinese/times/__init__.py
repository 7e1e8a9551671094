"""When: time expressions of a text and of a question, resolved to days."""
