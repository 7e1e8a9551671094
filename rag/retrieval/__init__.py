"""Question to passages: terms, the lexical index, vectors, fusion."""
