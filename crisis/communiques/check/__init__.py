"""Our own rules: what a text says, against what the board says. No model, no network."""
