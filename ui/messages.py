"""The words of the interface, Chinese first, then English; pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag import errors

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Texts:
    """Every text of the page in one language; ``{name}`` is filled in by ``str.format``."""

    language: Language
    html_language: str
    title: str
    motto: str
    other_language: str
    other_language_path: str
    tab_ask: str
    tab_archive: str
    tab_import: str
    question_placeholder: str
    question_label: str
    empty_chat: str
    filters: str
    date_from: str
    date_to: str
    date_hint: str
    source: str
    any_source: str
    examples: str
    new_conversation: str
    waiting: str
    loading_model: str
    searching: str
    writing: str
    stopped: str
    evidence: str
    evidence_empty: str
    evidence_found: str
    evidence_none: str
    quote_view: str
    read_article: str
    back_to_evidence: str
    refused: str
    asked_back: str
    refused_nearest: str
    unsupported: str
    unsupported_warning: str
    understood_as: str
    searched_range: str
    other_readings: str
    reading_value: str
    reading_subject: str
    reading_relation: str
    reading_source: str
    notes: str
    cited_from: str
    unknown_date: str
    untitled: str
    page: str
    made_by: str
    save_json: str
    save_markdown: str
    feedback_thanks: str
    archive_counts: str
    archive_empty: str
    archive_find: str
    archive_newer: str
    archive_older: str
    archive_choose: str
    archive_range: str
    article_kind: str
    import_label: str
    import_date: str
    import_source: str
    import_start: str
    import_nothing: str
    import_progress: str
    import_report: str
    import_failed: str
    import_warnings: str
    import_note: str
    failed: str
    general_examples: tuple[str, ...]
    title_example: str
    packet_heading: str
    packet_generation: str


CHINESE = Texts(
    language="zh",
    html_language="zh-CN",
    title="报问",
    motto="问报纸，每个数字都回到原句",
    other_language="English",
    other_language_path="/en/",
    tab_ask="提问",
    tab_archive="报纸库",
    tab_import="导入",
    question_placeholder="例如：今年一共签约引进了多少个项目？",
    question_label="问题",
    empty_chat="向报纸提一个问题。答案只来自已导入的报道，逐句标明出处；报上没有的，会如实说没有。",
    filters="限定日期与报纸",
    date_from="最早出版日",
    date_to="最晚出版日",
    date_hint="年-月-日，如 2020-12-25；可留空",
    source="报纸",
    any_source="全部报纸",
    examples="可以这样问",
    new_conversation="新对话",
    waiting="前面还有提问，正在排队……",
    loading_model="模型正在载入，载入后立即作答……",
    searching="正在查报……",
    writing="正在写，每句写完先核对再显示……",
    stopped="已停止。",
    evidence="报纸原文",
    evidence_empty="提问后，找到的报道会先出现在这里；点答案里的 [1]，看它出自哪一句。",
    evidence_found="找到 {count} 段相关报道",
    evidence_none="没有找到相关报道。",
    quote_view="出处 [{marker}]",
    read_article="读全文",
    back_to_evidence="回到检索结果",
    refused="报纸里没有答案",
    asked_back="请把问题说完整",
    refused_nearest="最接近的报道列在「报纸原文」里，供您自行判断。",
    unsupported="未核实",
    unsupported_warning="下列数字在所引原文中没有核对到，请勿引用：",
    understood_as="按此理解",
    searched_range="检索范围",
    other_readings="报上另有符合这一问的数字",
    reading_value="数字",
    reading_subject="所指",
    reading_relation="关系",
    reading_source="出处",
    notes="说明",
    cited_from="引自",
    unknown_date="日期不详",
    untitled="（无题）",
    page="{page}版",
    made_by="{model} · 报纸库第 {generation} 版 · 用时 {seconds:.1f} 秒",
    save_json="存档 JSON",
    save_markdown="存档 Markdown",
    feedback_thanks="已记下您的评价。",
    archive_counts="{articles} 篇报道 · {range}",
    archive_empty="报纸库还是空的：请先在「导入」里放入报纸。",
    archive_find="找报道",
    archive_newer="较新",
    archive_older="较早",
    archive_choose="从左边选一篇。",
    archive_range="第 {first}–{last} 篇，共 {total} 篇",
    article_kind="类别",
    import_label="报纸文件（txt、pdf、html、docx、xlsx、ofd、epub、md、json、csv、zip）",
    import_date="出版日（文件里没有写时用）",
    import_source="报纸名（可留空）",
    import_start="导入",
    import_nothing="请先选择文件。",
    import_progress="{done}/{total} 个文件，{articles} 篇 · {current}",
    import_report="新增 {added} 篇，更新 {updated} 篇，未变 {unchanged} 篇，撤下 {removed} 篇",
    import_failed="没能读入",
    import_warnings="请留意",
    import_note="文件只留在这台机器上。同名文件再次导入会更新原来的报道。",
    failed="没能完成：{title}。{detail}",
    general_examples=("最近有哪些重要会议？", "今年的生产总值是多少，增长了多少？", "报上提到了哪些项目，投资多少？"),
    title_example="《{title}》说了什么？",
    packet_heading="报问答案存档",
    packet_generation="报纸库版次",
)

ENGLISH = Texts(
    language="en",
    html_language="en",
    title="Baowen",
    motto="Ask the paper; every figure leads back to its sentence",
    other_language="中文",
    other_language_path="/",
    tab_ask="Ask",
    tab_archive="Archive",
    tab_import="Import",
    question_placeholder="For example: 今年一共签约引进了多少个项目？",
    question_label="Question",
    empty_chat="Ask the newspaper. Answers come from the imported articles alone, each sentence with its source; "
    "what the paper does not say is not answered.",
    filters="Limit dates and paper",
    date_from="First day",
    date_to="Last day",
    date_hint="YYYY-MM-DD, such as 2020-12-25; may stay empty",
    source="Paper",
    any_source="All papers",
    examples="You might ask",
    new_conversation="New conversation",
    waiting="Other questions come first; yours is in line…",
    loading_model="The model is loading; your answer follows at once…",
    searching="Searching the paper…",
    writing="Writing; each sentence is checked before it is shown…",
    stopped="Stopped.",
    evidence="The paper itself",
    evidence_empty="What is found appears here first; click a [1] in the answer to see the very sentence.",
    evidence_found="{count} passages found",
    evidence_none="Nothing relevant was found.",
    quote_view="Source [{marker}]",
    read_article="Whole article",
    back_to_evidence="Back to the passages",
    refused="The paper does not say",
    asked_back="Please ask a full question",
    refused_nearest="The nearest articles are listed under “The paper itself”, for you to judge.",
    unsupported="unverified",
    unsupported_warning="These figures do not stand in the cited text; do not quote them: ",
    understood_as="Read as",
    searched_range="Searched",
    other_readings="Other figures in the paper fit this question",
    reading_value="Figure",
    reading_subject="Of what",
    reading_relation="Relation",
    reading_source="Source",
    notes="Notes",
    cited_from="From",
    unknown_date="undated",
    untitled="(untitled)",
    page="p. {page}",
    made_by="{model} · store generation {generation} · {seconds:.1f} s",
    save_json="Save JSON",
    save_markdown="Save Markdown",
    feedback_thanks="Your verdict is kept.",
    archive_counts="{articles} articles · {range}",
    archive_empty="The archive is empty: import a newspaper first.",
    archive_find="Find articles",
    archive_newer="Newer",
    archive_older="Older",
    archive_choose="Choose an article.",
    archive_range="{first}–{last} of {total}",
    article_kind="Kind",
    import_label="Newspaper files (txt, pdf, html, docx, xlsx, ofd, epub, md, json, csv, zip)",
    import_date="Day of publication (where a file names none)",
    import_source="Name of the paper (may stay empty)",
    import_start="Import",
    import_nothing="Choose a file first.",
    import_progress="{done}/{total} files, {articles} articles · {current}",
    import_report="{added} added, {updated} updated, {unchanged} unchanged, {removed} removed",
    import_failed="Could not be read",
    import_warnings="Please note",
    import_note="Files stay on this machine. A file of the same name updates its earlier articles.",
    failed="Not done: {title}. {detail}",
    general_examples=("最近有哪些重要会议？", "今年的生产总值是多少，增长了多少？", "报上提到了哪些项目，投资多少？"),
    title_example="《{title}》说了什么？",
    packet_heading="Baowen answer packet",
    packet_generation="Store generation",
)

TEXTS: dict[Language, Texts] = {"zh": CHINESE, "en": ENGLISH}

_ERROR_TITLES: tuple[tuple[type[errors.BaowenError], str], ...] = (
    (errors.ArticleNotFoundError, "没有这篇报道"),
    (errors.ModelNotFetchedError, "模型还没有下载"),
    (errors.ModelDamagedError, "模型文件不完整"),
    (errors.ModelFetchError, "模型没能下载"),
    (errors.ModelError, "模型不能使用"),
    (errors.VectorIndexError, "索引文件不能使用"),
    (errors.SettingsError, "设置有误"),
    (errors.SourceError, "文件读不出报道"),
    (errors.StoreLockedError, "报纸库正被另一个程序写入"),
    (errors.StoreMismatchError, "报纸库与当前模型不符"),
    (errors.StoreError, "报纸库不能使用"),
    (errors.QuestionError, "问题或筛选条件有误"),
    (errors.GenerationError, "模型没能作答"),
    (errors.GoldFileError, "评测文件格式不符"),
)


def error_title(error: BaseException) -> str:
    """What went wrong, in a few Chinese words; the error's own message has the rest."""
    return next((title for kind, title in _ERROR_TITLES if isinstance(error, kind)), "没能完成")
