"""Article F1 and text purity of the segmentation on generated pages, by layout.

    python benchmarks/segmentation_pages.py --pages 40 [--pages-of other] [--corpus FILE.jsonl.gz] [--output …json]

``--pages-of first`` takes the pages of ``newspaper_pages``, on which the segmentation was worked out; ``other`` those
of ``other_newspaper_pages``, written afterwards and apart; ``random`` those families of ``random_pages`` that no
model was fitted on, of stories that none was fitted on. No model is fitted on pages of the first two.

An article is right if its title is the printed one (spaces aside) and at least 99 % of its text is what the page has,
with at most 1 % foreign. Purity: of all characters put into articles' texts, the share that are of that article.
Headlines right: of the articles found whose text is that article's for the most part, the share with its title.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import newspaper_layouts
import other_newspaper_layouts
import other_newspaper_pages
import random_families
import random_pages
from gold_pages import GoldArticle, GoldPage, Story
from newspaper_layouts import Layout
from newspaper_pages import PageSetter
from other_newspaper_layouts import Habit
from random_families import Family, bucket

from rag.corpus.article_parts import ArticleParts
from rag.corpus.segmentation import PageSegmentation, segment_page

ROOT = Path(__file__).parents[1]
SURE = 0.9
"""Confidence from which on a cut counts as sure."""


@dataclass(slots=True)
class Tally:
    """Counts over the pages of one layout."""

    gold: int = 0
    found: int = 0
    right: int = 0
    right_text: int = 0
    right_title: int = 0
    sure: int = 0
    sure_right: int = 0
    characters: int = 0
    pure: int = 0
    own: int = 0
    kept: int = 0
    seconds: float = 0.0
    source_characters: int = 0

    def figures(self) -> dict[str, float]:
        """The metrics, four decimals."""
        values = {
            "article_f1": 2 * self.right / max(1, self.gold + self.found),
            "text_f1": 2 * self.right_text / max(1, self.gold + self.found),
            "headlines_right": self.right_title / max(1, self.found),
            "text_purity": self.pure / max(1, self.characters),
            "text_recall": self.kept / max(1, self.own),
            "articles": self.gold,
            "sure": self.sure / max(1, self.found),
            "right_when_sure": self.sure_right / max(1, self.sure),
            "right_when_unsure": (self.right_text - self.sure_right) / max(1, self.found - self.sure),
            "ms_per_8000_characters": 8e6 * self.seconds / max(1, self.source_characters),
        }
        return {name: round(value, 4) for name, value in values.items()}


def load_stories(corpus: Path | None, longest: int = 1500) -> list[Story]:
    """The project's own articles, and those of a corpus with ``title`` and ``text``, up to ``longest`` characters."""
    stories = []
    for line in (ROOT / "data/gold/articles.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        text = re.sub(r"^本报讯[^）]*）\s*", "", record["text"])
        if record["title"] and record["kind"] == "news" and len(text) > 100:
            stories.append(Story(record["title"], text, record["subtitle"]))
    if corpus:
        with gzip.open(corpus, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        for record in records:
            lines = [line.strip() for line in record["text"].splitlines()]
            text = "\n".join(line for line in lines if line and not line.startswith("["))
            whole = all(line[-1:] in "。！？”" for line in text.split("\n"))
            title = record["title"]
            if whole and 150 <= len(text) <= longest and 6 <= len(title) <= 32 and "快讯" not in title:
                stories.append(Story(title, text))
    return stories


def story_is_left_out(story: Story) -> bool:
    """Whether no model may be fitted on a story; one in five is left out."""
    return bucket(story.title, 5) == 0


def make_page(layout: Layout | Habit | Family, stories: list[Story], seed: int) -> GoldPage:
    """One page of four to nine stories."""
    choice = random.Random(seed)
    chosen = choice.sample(stories, choice.randint(4, 9))
    if isinstance(layout, Family):
        return random_pages.set_page(layout, chosen, seed)
    if isinstance(layout, Habit):
        return other_newspaper_pages.set_page(layout, chosen, seed)
    return PageSetter(layout, chosen, seed).set_page()


def own_characters(parts: ArticleParts) -> set[int]:
    """Source characters of an article's text."""
    return {run.source_start + i for run in parts.text.runs for i in range(run.length)}


def score_page(gold: GoldPage, found: PageSegmentation, tally: Tally) -> list[str]:
    """Add one page to the tally; what went wrong, one line each."""
    complaints = []
    taken: set[int] = set()
    tally.gold += len(gold.articles)
    tally.found += len(found.articles)
    jumps = jump_positions(found)
    for parts, draft in zip(found.parts, found.articles, strict=True):
        characters = {i for i in own_characters(parts) if not gold.text[i].isspace()}
        number = max(range(len(gold.articles)), key=lambda n: len(characters & gold.articles[n].owned))
        target = gold.articles[number]
        pure = len(characters & target.owned)
        tally.characters += len(characters)
        tally.pure += pure
        needed = target.text_owned - byline_positions(target, parts) - jumps
        kept = len(characters & needed)
        tally.kept += kept
        text_right = number not in taken and pure >= 0.99 * len(characters) and kept >= 0.99 * len(needed)
        title_right = bare(draft.title) == bare(target.title) and bare(draft.subtitle) == bare(target.subtitle)
        taken.add(number)
        tally.right_title += bare(draft.title) == bare(target.title)
        tally.right_text += text_right
        tally.sure += draft.confidence >= SURE
        tally.sure_right += text_right and draft.confidence >= SURE
        tally.right += text_right and title_right
        if not (text_right and title_right):
            wrong = "title" if text_right else "text"
            counts = f"{len(characters)} pure {pure} kept {kept}/{len(needed)}"
            ends = f"{draft.text[:20]!r}…{draft.text[-20:]!r}"
            complaints.append(
                f"{wrong}: {draft.title!r} / {draft.subtitle!r} {counts}; gold {target.title!r}: {ends}"
            )
    tally.own += sum(len(article.text_owned) for article in gold.articles)
    return complaints


def byline_positions(target: GoldArticle, parts: ArticleParts) -> set[int]:
    """Characters of the article that went into its byline, which is not text."""
    return {run.source_start + i for run in parts.byline.runs for i in range(run.length)} & target.text_owned


def jump_positions(found: PageSegmentation) -> set[int]:
    """Characters of jump lines, which pages print in an article's first or last line and which are no text."""
    lines = [line for line in found.furniture if line.kind == "jump line" and re.search("上接|下转", line.text)]
    return {place for line in lines for place in range(line.start, line.end)}


def bare(text: str) -> str:
    """Text without spaces."""
    return re.sub(r"\s", "", text)


def main() -> None:
    """Measure every layout and print one line each, the worst last."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=40, help="pages a layout")
    parser.add_argument("--pages-of", choices=("first", "other", "random"), default="first", help="which generator")
    parser.add_argument("--corpus", type=Path, help="jsonl.gz with title and text")
    parser.add_argument("--layout", help="only the layout of that name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many complaints a layout")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    stories = load_stories(options.corpus)
    if options.pages_of == "random":
        stories = [story for story in stories if story_is_left_out(story)]
    results = {}
    layouts = layouts_of(options.pages_of)
    for layout in layouts:
        if options.layout in (None, layout.name):
            results[layout.name] = measure(layout, stories, options).figures()
    for name, figures in sorted(results.items(), key=lambda item: -item[1]["article_f1"]):
        print(f"{name:32}", *(f"{key} {value:.4g}" for key, value in figures.items()), sep="  ")
    means = ("article_f1", "text_f1", "headlines_right", "text_purity", "text_recall", "ms_per_8000_characters")
    mean = {key: sum(row[key] for row in results.values()) / len(results) for key in means}
    print("mean", *(f"{key} {value:.4f}" for key, value in mean.items()))
    if options.output:
        report = {
            "command": " ".join(
                (
                    "python benchmarks/segmentation_pages.py",
                    f"--pages-of {options.pages_of} --pages {options.pages}",
                    f"--seed {options.seed}",
                )
            ),
            "corpus": options.corpus.name if options.corpus else "data/gold",
            "machine": platform.platform(),
            "mean": {key: round(value, 4) for key, value in mean.items()},
            "layouts": results,
        }
        options.output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


def layouts_of(pages: str) -> Sequence[Layout | Habit | Family]:
    """The layouts of a generator by its name, of ``random`` those left out."""
    if pages == "first":
        return newspaper_layouts.LAYOUTS
    if pages == "other":
        return other_newspaper_layouts.LAYOUTS
    return [family for family in random_families.FAMILIES if random_families.is_left_out(family)]


def measure(layout: Layout | Habit | Family, stories: list[Story], options: argparse.Namespace) -> Tally:
    """The tally of one layout."""
    tally = Tally()
    shown = options.show
    for number in range(options.pages):
        gold = make_page(layout, stories, options.seed * 100_000 + number)
        start = time.process_time()
        found = segment_page(gold.text)
        tally.seconds += time.process_time() - start
        tally.source_characters += len(gold.text)
        complaints = score_page(gold, found, tally)
        for complaint in complaints[:shown]:
            print(f"  [{layout.name} {number}] {complaint}")
        shown -= min(shown, len(complaints))
    return tally


if __name__ == "__main__":
    main()
