"""A "no" that a person can read."""


class RuleBroken(Exception):
    """A rule of the cell refuses the act. Its text is a translated sentence: subject, state, what to do.

    `field` names the form field that the sentence belongs to, "" when it concerns the whole act.
    `offer` names what the person may do instead ("confirm", "is_it_still_so"), for the page to show as a button.
    """

    def __init__(self, sentence: object, *, field: str = "", offer: str = "") -> None:
        super().__init__(str(sentence))
        self.field, self.offer = field, offer
