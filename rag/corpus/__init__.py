"""Newspaper page to articles: readers, lines, segmentation, dates, chunks, the store."""
