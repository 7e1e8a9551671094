import pytest

from rag.generation.prompt_lookup import Drafter, copied_continuation


@pytest.mark.parametrize(
    ("tokens", "length", "expected"),
    [
        ([5, 6, 7, 8, 9, 1, 6, 7], 2, [8, 9]),
        ([5, 6, 7, 8, 9, 1, 6, 7], 9, [8, 9, 1, 6, 7]),
        ([1, 2, 3, 1, 2, 4, 1, 2], 1, [4]),  # the latest place wins
        ([0, 1, 2, 3, 9, 1, 2, 4, 0, 1, 2], 1, [3]),  # a longer match wins over a later one
        ([1, 2, 3, 4, 3], 4, []),  # one token alone is no match
        ([1, 1, 1], 3, [1]),
        ([1], 3, []),
        ([], 3, []),
        ([1, 2, 3, 1, 2], 0, []),
    ],
)
def test_copied_continuation(tokens: list[int], length: int, expected: list[int]) -> None:
    assert copied_continuation(tokens, length) == expected


END = 0


@pytest.mark.parametrize(
    ("reply", "room", "expected"),
    [
        ([], 9, [5, 6, END]),  # nothing written: the likeliest whole reply
        ([5], 9, [6, END]),
        ([7], 9, [8, END]),  # what is written tells which reply it is
        ([7], 1, [8]),
        ([3], 9, [9, 3]),  # one token is enough to copy from the question
        ([2, 3, 4], 9, [3, 9, 2, 3, 4]),
        ([6, 9], 9, [5, 6]),  # nothing to copy: the answer itself, with more to come
        ([5], 0, []),
    ],
)
def test_a_draft_is_a_guess_or_a_copy(reply: list[int], room: int, expected: list[int]) -> None:
    prompt = [1, 2, 3, 4, 3, 9]
    drafter = Drafter(len(prompt), guesses=[[5, 6, END], [7, 8, END]])
    assert drafter.propose([*prompt, *reply], room) == expected


def test_without_guesses_the_prompt_alone_is_copied() -> None:
    assert Drafter(4, copied=2).propose([1, 2, 3, 4, 8, 1, 2], 9) == [3, 4]
    assert Drafter(2).propose([1, 2, 9, 8], 9) == []
