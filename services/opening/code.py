"""The one-time code that opens an empty installation: whoever reads the terminal that started it is let in, nobody else."""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.tries import WrongCode, tried

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is taken for something else on a bad screen: 0 O, 1 I L."""
LENGTH = 12
"""Letters; some 59 bits, which nobody finds by trying."""
TRIES = 10
"""Wrong codes from one address within a quarter of an hour."""


def is_needed() -> bool:
    """Whether nobody can sign in yet. The code dies with the first account; the demonstration has its own accounts."""
    return not settings.DEMO and not User.objects.exists()


def first_code() -> str:
    """The code, in groups of four: of this installation's secret key, so that a restart does not change it."""
    number = int(salted_hmac("vigie.first page", "code", algorithm="sha256").hexdigest(), 16)
    letters = ""
    for _place in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return "-".join(letters[n : n + 4] for n in range(0, LENGTH, 4))


def opens(typed: str) -> bool:
    """Whether this is the code, however it was typed."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return constant_time_compare(plain, first_code().replace("-", ""))


def check_code(typed: str, *, address: str) -> None:
    """Raises WrongCode when this is not the code, TooMany when too many wrong ones came from this address."""
    with tried("first", address, TRIES):
        if not opens(typed):
            raise WrongCode(_("This is not the code that the terminal shows: look at its last lines."), field="code")
