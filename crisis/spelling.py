"""Words as they are compared, whoever typed them."""

import unicodedata


def folded(words: str) -> str:
    """Words as they are compared: without accents, case, dashes, brackets, or the form of an apostrophe."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(letter)
    )
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
