"""Who counts as people among judges, and how many of them are told."""

import pytest

from arena import people


@pytest.mark.parametrize(
    ("judge", "found"),
    [
        ("human", True),
        ("human 1f0c9a2e", True),
        ("Humans", True),
        ("arena_user_12", True),
        ("author-3", True),
        ("humanoid", False),
        ("gpt-4", False),
        ("peoplesoft", False),
    ],
)
def test_people_are_known_by_name(judge: str, found: bool) -> None:
    assert people.person(judge) is found


def test_few_people_are_named_and_many_counted() -> None:
    few, many = ([f"human {at}" for at in range(n)] for n in (3, 12))
    assert people.told(["gpt-4", *few]) == "gpt-4, human 0, human 1, human 2"
    assert people.told(["gpt-4", *many]) == "gpt-4, 12 people"
