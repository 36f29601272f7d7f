"""What can go wrong in training, named for what a person can do about it; all of it is told in one line."""

from arena.errors import ArenaError


class TooFew(ArenaError):
    """Fewer rows than the stage needs: play more battles, or lower the threshold."""


class Diverged(ArenaError):
    """The loss is no number any more, or the model ran away from its reference: lower the learning rate."""


class TooLarge(ArenaError):
    """The accelerator's memory does not hold it, also with the smaller batch: shorten, or train LoRA."""


class Torn(ArenaError):
    """A checkpoint that is not whole, or was made from something else. Says which and what to do."""
