"""Prompt to text: the Generator protocol and its three runtimes."""
