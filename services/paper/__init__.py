"""The board on paper, and paper back onto the board."""
