"""Cleaning a person's own pictures with a network that is trained already."""
