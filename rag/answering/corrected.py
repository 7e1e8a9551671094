"""What a paper corrected later of the sentences that an answer stands on, told beside it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.inquiry import AssistantSources
from rag.chinese.sentences import split_sentences
from rag.corpus.correction_links import StoredCorrection
from rag.records import Article


def corrections_told(sources: AssistantSources, cited: CitationList, *, chinese: bool) -> tuple[str, ...]:
    """A line for each correction of a cited sentence, with the notice as its source; none where none was mended."""
    sentences = {sentence.article.id: sentence for sentence in cited.sentences}
    links = [link for link in sources.corrections(list(sentences)) if _touches(link, cited.sentences)]
    notices = sources.articles([link.notice_id for link in links]) if links else {}
    lines = []
    for link in links:
        notice = notices.get(link.notice_id)
        sentence = _sentence_of(notice, link) if notice is not None else None
        if sentence is not None and sentence.article.id not in sentences:
            marker = cited.marker(sentence)
            lines.append(
                f"注意，报纸后来更正：“{link.wrong}”应为“{link.right}”[{marker}]。"
                if chinese
                else f"The paper later corrected “{link.wrong}” to “{link.right}”[{marker}]."
            )
    return tuple(dict.fromkeys(lines))


def _touches(link: StoredCorrection, cited: Sequence[Sentence]) -> bool:
    return bool(link.right) and any(
        sentence.article.id == link.article_id and sentence.start < link.end and link.start < sentence.end
        for sentence in cited
    )


def _sentence_of(notice: Article, link: StoredCorrection) -> Sentence | None:
    """The sentence of the notice that gives the right words."""
    for span in split_sentences(notice.text):
        text = notice.text[span.start : span.end]
        if link.right in text:
            return Sentence(notice, span.start, span.end, text, 0, 1.0, 1.0)
    return None
