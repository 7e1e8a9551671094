"""The store of one machine: SQLite as the one truth, a FAISS index that follows it."""
