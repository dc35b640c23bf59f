"""How people sign in: cards, second factor, sessions."""
