"""The pure centre: what may happen, what it is worth, by when, and under which name.

Nothing here reads a clock, a database, a file or chance: time, identity and random
bits come in as arguments, so that every promise can be tested by property.
"""
