"""Pages of ``random_pages`` as the segmentation sees them: the features of each line, and what it is."""

from __future__ import annotations

import itertools
import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gold_pages import Story
from labelled_rows import LabelledPage
from numpy.typing import NDArray
from random_families import FAMILIES, Family, bucket, is_left_out
from random_pages import choose_stories, set_page
from segmentation_pages import load_stories, story_is_left_out

from rag.corpus.furniture import classify_furniture
from rag.corpus.line_features import line_features
from rag.corpus.line_model import STATES
from rag.corpus.line_shapes import line_marks, mark_lines
from rag.corpus.lines import split_lines

LONGEST = 3000
"""Characters of a story: longer ones than those measured by, since what parts an article is learnt on long ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One page: (n_lines, n_features) features, its states' numbers, which lines are subtitle."""

    features: NDArray[np.float16]
    labels: NDArray[np.int64]
    subtitles: NDArray[np.float32]


def sample_of(page: LabelledPage) -> Sample:
    """A page as the segmentation sees it, lines that are surely furniture left out."""
    lines = split_lines(page.text)
    starts, place = {}, 0
    for number, row in enumerate(page.text.split("\n")):
        starts[place] = number
        place += len(row) + 1
    content = [line for line, kind in zip(lines, classify_furniture(lines), strict=True) if kind is None]
    numbers = [starts[line.start] for line in content]
    features = line_features(mark_lines(content, line_marks(content, page.text)))
    labels = np.asarray([STATES.index(page.states[number]) for number in numbers], np.int64)
    subtitles = np.asarray([number in page.subtitles for number in numbers], np.float32)
    return Sample(features.astype(np.float16), labels, subtitles)


@dataclass(frozen=True, slots=True)
class Setter:
    """Sets so many pages of a family and samples them."""

    stories: Sequence[Story]
    pages: int
    first: int
    """Number of the first page: other numbers, other pages."""

    def __call__(self, family: Family) -> list[Sample]:
        """The samples of one family."""
        found = []
        for number in range(self.pages):
            seed = bucket(family.name, 2**31) + self.first + number
            dice = random.Random(seed)
            stories = choose_stories(self.stories, dice)
            found.append(sample_of(set_page(family, stories, seed, wider=number % 2 == 1)))
        return found


def samples(corpus: Path, pages: int, workers: int, first: int, *, left_out: bool) -> list[Sample]:
    """So many pages of each family, of the stories and families left out or of the others."""
    stories = [story for story in load_stories(corpus, LONGEST) if story_is_left_out(story) == left_out]
    families = [family for family in FAMILIES if is_left_out(family) == left_out]
    setter = Setter(stories, pages, first)
    with multiprocessing.Pool(workers) as pool:
        return list(itertools.chain.from_iterable(pool.imap(setter, families, chunksize=20)))
