"""Template tags of the meetings."""
