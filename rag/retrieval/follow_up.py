"""Follow-up questions completed from the conversation, by rules: 那总投资呢？ becomes a question of its own.

A question is completed only where it visibly leans on the one before: it ends in 呢 without asking anything, is a
word or two that ask nothing (总投资), opens with 其中 or 还有, speaks of 他, 它, 该项目 or 当地 without having named
them, or holds next to nothing but question words. Everything else is searched as it was typed. The result is for
searching and is shown to the reader, so it is plain rather than elegant: what the earlier question was about, then
the new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import rjieba

from rag.chinese.lexicon import alternation, words
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import ENGLISH_STOP_WORDS, HAN
from rag.chinese.times.grammar import TIME
from rag.records import Turn

_MAX_TURNS = 4
"""How far back a chain of follow-ups is resolved."""
_MARKS = " \t\n？?。！!，,；;"
_OPENING = re.compile(r"^(?:那么?(?=[，,\s其总他她它还该这在有谁第投共一面]|\d{2})|另外[，,]|再问一下[，,]?)[，,\s]*")
_WHAT_ABOUT = re.compile(r"^(?:那么?|至于)?[，,\s]*(?P<topic>[^，,？?]{1,20}?)(?:呢|又如何|又怎么?样)[？?。！!\s]*$")
_FEW_WORDS = re.compile(rf"^(?P<topic>[{HAN}A-Za-z\d]{{2,5}})[？?。\s]*$")
"""总投资 after a question is 总投资呢."""
_WHAT_ABOUT_ENGLISH = re.compile(
    r"^(?:(?:and|so|then|ok|okay)[, ]+)*(?:what|how) about (?P<topic>.+?)\s*[?.!]*$", re.IGNORECASE
)
_AMONG = re.compile("^(?:其中|这其中|这里面|里面|当中|除此之外|除此以外|此外|还有(?=多少|几|哪|什么|谁|其他|别的))")
_PERSON = re.compile("(?<![其吉利排])(?:他们|她们|他|她)(?![人国乡山])")
_THING = re.compile(
    f"它们|它|(?:(?<![应不活])该|(?:上述|这|那|此)(?:{alternation('question_words', 'pointed_by')})?)"
    f"(?:{alternation('question_words', 'pointed_at')})"
)
_PLACE = re.compile("那里|那儿|当地")
_PRONOUN_ENGLISH = re.compile(
    r"\b(?:he|she|they|him|her|them|his|their|its|(?:that|this|these|those|the same) (?:project|meeting|event|"
    r"company|plan|place|city|year|accident|attack)s?|it(?! (?:is |was )?(?:true|possible|likely)))\b",
    re.IGNORECASE,
)
_ASKING = re.compile(alternation("question_words", "follow_up"))
_ASKING_ENGLISH = re.compile(
    r"^(?:how (?:many|much|long|far|big|large|old)|what|who|when|where|why|which|whose|how)\b\s*"
    r"(?:(?:is|are|was|were|did|do|does|has|have|had)\b\s*)?",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"^(?:截[至止]到?|到|直到)(?=.)")
_PARTS_OF_A_YEAR = ("bare_month", "bare_quarter", "bare_half", "bare_year_slice")
_ORGANISATION = re.compile(r"哪[家个所][一-鿿]{0,2}(?:企业|公司|单位|机构|学校|医院|合作社|工厂|村|镇)")
_BODY = re.compile(f"[{HAN}A-Za-z]*?(?P<suffix>[区县市镇村乡省国州]|公司|集团|学校|学院|大学|医院|银行)")
_SURNAMES = "".join(words("surnames", "frequent", "question"))
_TITLE = "书记|主任|主席|[市县区镇局部院校]长|总理|总统|教授|专家|同志|先生|女士|记者"
_NAME = re.compile(f"(?P<name>[{_SURNAMES}][{HAN}]{{1,2}}?)(?={_TITLE}|{alternation('name_contexts', 'question')})")
_NAME_CHARACTERS = 16
_NOT_A_NAME = re.compile("[区县市镇村乡省局厅部院校司厂会团们的了]$")


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """``question`` as it would be asked without the conversation before it; a complete one comes back unchanged.

    After 示范区今年签约多少个项目？ the question 那总投资呢？ becomes 示范区今年签约项目，总投资是多少？, and
    那去年呢？ becomes 示范区去年签约多少个项目？. ``history`` is oldest first.
    """
    asked = question.strip()
    if not asked or not history:
        return question
    if is_chinese(asked):
        return _complete_chinese(asked, history) or question
    return _complete_english(asked, history) or question


def _earlier(history: Sequence[Turn]) -> str:
    """The latest question of the conversation, itself completed."""
    recent = history[-_MAX_TURNS:]
    return standalone_question(recent[-1].question.strip(), recent[:-1]).strip(_MARKS)


def _complete_chinese(asked: str, history: Sequence[Turn]) -> str:
    bare = _OPENING.sub("", asked)
    topic = _WHAT_ABOUT.match(asked) or (None if _named(asked) else _FEW_WORDS.match(asked))
    if topic and not _ASKING.search(topic["topic"].replace("呢", "")):
        return _swap(topic["topic"].strip(), _earlier(history))
    person = _pronoun(_PERSON, bare)
    if person and (name := _named_person(history)):
        return f"{_context(history, name)}{bare[: person.start()]}{name}{bare[person.end() :]}"
    thing = _pronoun(_THING, bare)
    if thing and (name := _named_organisation(history)):
        return f"{bare[: thing.start()]}{name}{bare[thing.end() :]}"
    if person or thing or _pronoun(_PLACE, bare) or _AMONG.match(bare) or _is_bare(bare, history[-1].question):
        content = _content(_earlier(history))
        return f"{content}，{bare}" if content else ""
    return ""


def _swap(topic: str, earlier: str) -> str:
    """The earlier question asked of ``topic``: in place of its time or its subject, else of its figure."""
    topic = topic.removeprefix("在").removeprefix("其")
    if not is_chinese(earlier):
        return f"{earlier}: {topic}"
    time = TIME.fullmatch(_UNTIL.sub("", topic))
    if time:
        return _swap_time(time, earlier)
    body = _BODY.fullmatch(topic)
    if body:
        same = re.search(f"^[{HAN}]{{1,8}}?{body['suffix']}|(?<=[，,在年月])[{HAN}]{{1,8}}?{body['suffix']}", earlier)
        if same:
            return f"{earlier[: same.start()]}{topic}{earlier[same.end() :]}？"
    wants_number = re.search("多少|几", earlier)
    return f"{_content(earlier)}，{topic}{'是多少' if wants_number else ''}？"


def _swap_time(time: re.Match[str], earlier: str) -> str:
    """The earlier question of another time; of a part of a year (到9月底呢？) the year stays."""
    found = TIME.search(earlier)
    if found is None:
        return f"{time.group()}{earlier}？"
    year = ""
    if any(time[name] for name in _PARTS_OF_A_YEAR):
        year = f"{found['year']}年" if found["year"] else found["relative_year"] or ""
    rest = earlier[found.end() :]
    if not found.group().endswith("全年"):
        rest = rest.replace("全年", "", 1)  # 2020年固投全年增长多少, asked of 前三季度
    return f"{earlier[: found.start()]}{year}{time.group()}{rest}？"


def _pronoun(pattern: re.Pattern[str], asked: str) -> re.Match[str] | None:
    """The first pronoun, unless what it stands for was named before it in the same question."""
    found = pattern.search(asked)
    if found is None:
        return None
    before = asked[: found.start()]
    return None if len(re.findall(f"[{HAN}]", before)) > 5 or _names(before) else found


def _is_bare(asked: str, earlier: str) -> bool:
    """Whether next to nothing but question words is there: 什么时候开工, not 焦作在哪里 or 王小明是谁."""
    if not _ASKING.search(asked) or re.search(r"[\dA-Za-z《“〔]", asked):
        return False
    content = re.sub(f"[^{HAN}]", "", _ASKING.sub("", asked))
    # 几个村完成了 speaks of the 村 of the question before.
    shared = content[:1] in earlier and content[:1] in re.findall(f"(?:多少|几)[个家名位项所](?=[{HAN}])(.)", asked)
    if (
        len(content) > (5 if shared else 3)
        or len(asked.strip(_MARKS)) < 2
        or re.match(f"[{HAN}]{{2,}}?(?:是谁|是什么|在哪|位于)", asked)
    ):
        return False
    return not _named(content) and not _names(asked)


def _named(text: str) -> bool:
    """Whether the dictionary knows a name in the text."""
    return any(tag in ("nr", "ns", "nt", "nz") for _, tag in rjieba.tag(text))


def _content(question: str) -> str:
    """What a question is about, without what makes it a question; of several questions, what the first is about."""
    first = next(filter(None, re.split("[？?；;]", question)), "")
    return re.sub(r"\s+", " ", _ASKING.sub("", first)).strip(_MARKS + "是的有")


def _names(text: str) -> list[str]:
    """Names of persons in a Chinese text, by surname and what follows, and by the dictionary."""
    found = [match["name"] for match in _NAME.finditer(text)]
    known = [word for word, tag in rjieba.tag(text) if tag == "nr" and len(word) > 1]
    return [
        name
        for name in [*found, *known]
        if not _NOT_A_NAME.search(name) and (name in known or not rjieba.has_word(name))
    ]


def _named_person(history: Sequence[Turn]) -> str:
    """Whom 他 means: the person the latest question named, else, if it asked 谁, the one its answer named."""
    for turn in reversed(history[-_MAX_TURNS:]):
        names = _names(turn.question)
        if not names and re.search("谁|哪位|何人", turn.question):
            names = _names(turn.answer)
        if names:
            return names[0]
    return ""


def _named_organisation(history: Sequence[Turn]) -> str:
    """What 它 means where the latest question asked 哪家企业: the answer, if it is but a name."""
    if not _ORGANISATION.search(history[-1].question):
        return ""
    answer = re.sub(r"\[\d+\]", "", history[-1].answer).strip(_MARKS)
    return answer if 2 <= len(answer) <= _NAME_CHARACTERS and re.fullmatch(f"[{HAN}A-Za-z]+", answer) else ""


def _context(history: Sequence[Turn], name: str) -> str:
    """The occasion the earlier question set (在……会上), to stand before a completed question."""
    occasion = re.search(f"在[{HAN}\\d“”]{{0,20}}(?:会议?上|仪式上|时|中|期间)", _earlier(history))
    return occasion.group() + "，" if occasion and name not in occasion.group() else ""


def _complete_english(asked: str, history: Sequence[Turn]) -> str:
    about = _WHAT_ABOUT_ENGLISH.match(asked)
    words = [word for word in re.findall(r"[\w'-]+", asked.lower()) if word not in ENGLISH_STOP_WORDS]
    pronoun = _PRONOUN_ENGLISH.search(asked)
    named = re.search(r"(?<!^)\b[A-Z][\w-]+", asked[: pronoun.start()]) if pronoun else None
    leans = pronoun is not None and named is None and len(words) <= 6
    bare = len(words) <= 1 and not re.search(r"(?<!^)\b[A-Z]|\d", asked)
    if not (about or leans or bare):
        return ""
    earlier = _earlier(history)
    content = _content(earlier) if is_chinese(earlier) else _ASKING_ENGLISH.sub("", earlier).strip(_MARKS)
    if not content:
        return ""
    return f"{content}: {asked[0].lower()}{asked[1:]}"
