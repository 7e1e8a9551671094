"""Newspaper pages to articles to passages to checked answers. Importing it loads neither torch nor gradio."""
