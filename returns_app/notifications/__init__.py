"""Words to people: written with what they answer, sent once, and kept."""
