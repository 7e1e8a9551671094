"""Labelled lines → which lines make up which article: its headline, body and captions. Knows labels, not words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.line_model import LineLabel, LineState


@dataclass(slots=True)
class ArticleCut:
    """The numbers of one article's lines on its page, ascending in each part.

    ``headline`` holds those above, inside and below the body; of a photo caption ``body`` is empty and ``captions``
    has one.
    """

    headline: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    subheads: set[int] = field(default_factory=set)
    captions: list[list[int]] = field(default_factory=list)

    @property
    def lines(self) -> list[int]:
        """All line numbers, ascending."""
        return sorted((*self.headline, *self.body, *(place for caption in self.captions for place in caption)))


class _Cutter:
    """Takes labels one by one; an article is open until something follows that cannot be of it."""

    def __init__(self) -> None:
        self.cuts: list[ArticleCut] = []
        self.others: list[int] = []
        self.open: ArticleCut | None = None
        self.before: LineLabel | None = None

    def take(self, place: int, state: LineState) -> None:
        """The next line, in page order."""
        label = state.label
        match label:
            case "above":
                self._article(begins=self.before != "above").headline.append(place)
            case "below" | "inset":
                self._article(begins=False).headline.append(place)
            case "caption start" | "caption":
                self._caption(place, begins=label == "caption start")
            case "other":
                self.others.append(place)
            case _:
                article = self._article(begins=self._begins_body(state))
                article.body.append(place)
                if label == "subhead":
                    article.subheads.add(place)
        self.before = label

    def _begins_body(self, state: LineState) -> bool:
        fresh = self.open is not None and not self.open.body
        if state.label == "start":
            return not (fresh and state.headed)
        return self.before == "below"

    def _article(self, *, begins: bool) -> ArticleCut:
        if begins or self.open is None:
            self.open = ArticleCut()
            self.cuts.append(self.open)
        return self.open

    def _caption(self, place: int, *, begins: bool) -> None:
        if self.open is None:
            cut = ArticleCut(captions=[[place]])
            if self.cuts and not begins and not self.cuts[-1].body and self.cuts[-1].captions:
                self.cuts[-1].captions[-1].append(place)
            else:
                self.cuts.append(cut)
        elif begins or not self.open.captions or self.before not in ("caption start", "caption"):
            self.open.captions.append([place])
        else:
            self.open.captions[-1].append(place)


def cut_articles(states: Sequence[LineState]) -> tuple[list[ArticleCut], list[int]]:
    """The articles in page order, and the lines that are of none; each line number is in exactly one of them.

    A headline without a body or caption is no article; its lines are of none.
    """
    cutter = _Cutter()
    for place, state in enumerate(states):
        cutter.take(place, state)
    whole = [cut for cut in cutter.cuts if cut.body or cut.captions]
    lost = [place for cut in cutter.cuts if not (cut.body or cut.captions) for place in cut.headline]
    return whole, sorted([*cutter.others, *lost])
