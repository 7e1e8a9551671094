import pytest

from rag.generation.prompt_lookup import copied_continuation


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
