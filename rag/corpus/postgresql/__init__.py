"""The store of many machines: PostgreSQL with pgvector."""
