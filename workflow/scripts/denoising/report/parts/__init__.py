"""What the part of a study shows besides its table, where it applies: one file each.

Each has a function ``blocks``: the results and the study's name → blocks of the page.
"""
