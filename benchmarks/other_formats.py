"""How well files of other formats than text pages are read: articles, headlines, days, pages, papers; nothing lost.

    python -m benchmarks.other_formats [--files 320] [--seed 11] [--json OUT] [--show]

Files are made for the purpose (``format_files``). An article is right if its title is and its text is, character by
character apart from white space, with every row of a table said besides. A wrong day counts apart from none, and
apart from one that came with a stated doubt. Lost are characters of the file's stories that are in no article, in no
headline and not in the list of what was left out.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.format_files import KINDS, make_files
from benchmarks.made_files import MadeFile, Story
from rag.corpus.readers import read_source
from rag.errors import SourceError
from rag.records import DraftArticle, SourceDocument

OPENING = re.compile(r"^本报讯(?:[（(]记者[^）)]*[)）])?")
MEASURES = ("articles", "right", "titles", "decks", "pages", "papers", "dates", "no date", "wrong with doubt",
            "wrong date", "foreign words", "characters lost")  # fmt: skip


def bare(text: str) -> str:
    """Text without white space."""
    return re.sub(r"\s", "", text)


def is_right(story: Story, article: DraftArticle) -> bool:
    """Whether an article holds its story's text and nothing else; a byline may have gone into its own field."""
    text = bare(article.text)
    for row in story.said:
        if bare(row) not in text:
            return False
    if story.said:
        return all(bare(paragraph) in text for paragraph in story.paragraphs)
    wanted = bare("".join(story.paragraphs))
    return text in (wanted, OPENING.sub("", wanted))


def measure(made: MadeFile, document: SourceDocument) -> Counter[str]:
    """What is right and wrong in one file."""
    counts: Counter[str] = Counter(articles=len(made.stories))
    for story in made.stories:
        titled = [article for article in document.articles if bare(article.title) == bare(story.title)]
        article = max(titled, key=lambda found: is_right(story, found), default=None)
        counts["titles"] += article is not None
        if article is None:
            continue
        counts["right"] += is_right(story, article)
        counts["decks"] += bare(article.subtitle) == bare(story.deck)
        counts["pages"] += article.page == story.page or not story.page
        counts["papers"] += (article.source or document.source) == made.paper or not made.paper
    counts["foreign words"] = sum(bare(w) in bare(a.text) for w in made.foreign for a in document.articles)
    held = bare("".join(f"{a.title}{a.subtitle}{a.byline}{a.text}" for a in document.articles)) + bare(
        "".join(item.text for item in document.left_out)
    )
    pool = Counter(held)
    needed = Counter(bare("".join(f"{s.title}{s.deck}{''.join(s.paragraphs)}" for s in made.stories)))
    counts["characters lost"] = sum((needed - pool).values())
    for article in document.articles or (None,):
        found = (article.date if article else None) or document.date
        doubted = any("date" in warning for warning in document.warnings)
        kind = "dates" if found == made.date else "no date" if found is None else "wrong date"
        counts["wrong with doubt" if kind == "wrong date" and doubted else kind] += 1
    return counts


def main() -> None:
    """Make the files, read them, print and keep the counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=320)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--kind", choices=sorted({maker.__name__ for maker in KINDS}), help="only files of this kind")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true", help="tell each file that is not wholly right")
    options = parser.parse_args()
    results: dict[str, Counter[str]] = defaultdict(Counter)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number, made in enumerate(make_files(options.files, options.seed, options.kind)):
            path = Path(folder) / str(number) / made.name
            path.parent.mkdir()
            path.write_bytes(made.data)
            try:
                counts = measure(made, read_source(path))
            except SourceError as error:
                counts = Counter({"articles": len(made.stories), "refused": 1, "no date": 1})
                print(made.kind, made.name, error)
            counts["files"] = 1
            results[made.kind] += counts
            results["all"] += counts
            wrong = counts["right"] < counts["articles"] or any(counts[m] for m in MEASURES[-4:])
            if options.show and (
                wrong or counts["decks"] < counts["articles"] or counts["pages"] < counts["articles"]
            ):
                print(number, made.kind, made.name, dict(counts))
    seconds = time.monotonic() - started
    for kind, counts in sorted(results.items()):
        print(
            f"{kind:18}",
            {name: counts[name] for name in ("files", *MEASURES, "refused") if counts[name] or name in MEASURES[:2]},
        )
    print(f"({seconds:.0f} s)")
    if options.json:
        report = {
            kind: {name: counts[name] for name in ("files", *MEASURES, "refused")} for kind, counts in results.items()
        }
        command = f"python -m benchmarks.other_formats --files {options.files} --seed {options.seed}"
        command += f" --kind {options.kind}" if options.kind else ""
        kept = {"command": command, "seconds_a_file": round(seconds / options.files, 3), "results": report}
        options.json.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
