"""The language, once: terms, sentences, figures, times, names and offices of Chinese text."""
