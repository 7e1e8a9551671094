"""The words of the interface, Chinese first, then English; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
    question_empty: str
    question_too_long: str
    still_answering: str
    empty_chat: str
    filters: str
    date_from: str
    date_to: str
    date_hint: str
    date_unreadable: str
    date_order: str
    source: str
    any_source: str
    year: str
    any_year: str
    examples: str
    examples_pending: str
    title_example: str
    new_conversation: str
    conversations: str
    conversations_none: str
    conversations_find: str
    conversation_rename: str
    conversation_remove: str
    conversation_remove_sure: str
    conversation_title: str
    keep: str
    cancel: str
    step_line: str
    step_loading: str
    step_searching: str
    step_found: str
    step_writing: str
    seconds: str
    separator: str
    provisional: str
    provisional_note: str
    provisional_answer: str
    provisional_answer_note: str
    stopped: str
    interrupted: str
    ask_again: str
    edit_question: str
    evidence: str
    evidence_empty: str
    evidence_found: str
    evidence_none: str
    quote_view: str
    marker_name: str
    read_article: str
    original_show: str
    original_waiting: str
    original_name: str
    original_not_kept: str
    original_busy: str
    original_failed: str
    back_to_evidence: str
    refused: str
    refused_nearest: str
    unsupported: str
    unsupported_warning: str
    understood_as: str
    other_readings: str
    reading_value: str
    reading_subject: str
    reading_relation: str
    reading_source: str
    notes: str
    unknown_date: str
    untitled: str
    page: str
    footnote_date: str
    footnote_page: str
    details: str
    made_by: str
    copy: str
    copied: str
    save_word: str
    save_markdown: str
    save_json: str
    save_whole: str
    print: str
    feedback: str
    feedback_good: str
    feedback_bad: str
    feedback_figure: str
    feedback_time: str
    feedback_source: str
    feedback_off_topic: str
    feedback_thanks: str
    archive_counts: str
    archive_empty: str
    archive_empty_ask: str
    go_import: str
    archive_find: str
    archive_found: str
    archive_found_none: str
    archive_newer: str
    archive_older: str
    archive_choose: str
    archive_range: str
    correct: str
    correct_title: str
    correct_date: str
    correct_page: str
    corrected: str
    remove_article: str
    removed: str
    undo: str
    undone: str
    undo_nothing: str
    import_label: str
    import_date: str
    import_source: str
    import_start: str
    import_nothing: str
    import_progress: str
    import_time: str
    import_left: str
    import_report: str
    import_failed: str
    import_warnings: str
    import_note: str
    export_heading: str
    export_made: str
    sources: str
    root: str
    """From the page's address to the server's root, whatever path a proxy puts before both."""
    tab_check: str
    tab_series: str
    may_not_write: str
    read_sentence: str
    sentence_empty: str
    sentence_close: str
    check_text: str
    check_placeholder: str
    check_file: str
    check_read_only: str
    check_date: str
    check_start: str
    check_nothing: str
    check_too_long: str
    check_unreadable: str
    check_running: str
    check_no_items: str
    check_draft: str
    check_to_mend: str
    check_nothing_to_mend: str
    check_fine: str
    check_note: str
    check_difference: str
    check_unsaid: str
    check_contradicted: str
    check_withdrawn: str
    check_not_found: str
    clause_separator: str
    check_unwritten: str
    check_word: str
    series_words: str
    series_words_hint: str
    series_place: str
    series_from: str
    series_to: str
    series_start: str
    series_nothing: str
    series_none: str
    series_found: str
    series_choice: str
    series_axis: str
    series_date_hint: str
    series_points: str
    series_period: str
    series_value: str
    series_standing: str
    series_sentence: str
    series_revised: str
    series_contradicting: str
    series_plot: str
    series_csv: str
    series_xlsx: str
    series_png: str
    further: str
    any_page: str
    torn_show: str
    torn_name: str
    torn_left_out: str
    divide: str
    divide_line: str
    divide_title: str
    divide_do: str
    divided: str
    join: str
    join_next: str
    join_do: str
    joined: str
    packet: str
    packet_file: str
    packet_check: str
    packet_again: str
    packet_nothing: str
    packet_unreadable: str
    packet_read_only: str
    packet_asking: str
    packet_before: str
    packet_now: str
    packet_same_answer: str
    packet_no_quotes: str
    packet_states: Mapping[str, str]
    """By state of a replayed quote or packet."""
    packet_changes: Mapping[str, str]
    """By what differs in a replayed quote or answer."""
    statuses: Mapping[str, str]
    """By status of a checked part, the most urgent first."""
    slots: Mapping[str, str]
    """By slot of a claim."""
    moods: Mapping[str, str]
    """By mood of a claim."""
    measures: Mapping[str, str]
    """By measure of a figure; ``change`` is rise and fall together."""
    failures: Mapping[str, str]
    """By kind of failure (see ``ui.failures``): what happened and what to do."""


CHINESE = Texts(
    language="zh",
    html_language="zh-CN",
    title="报问",
    motto="问报纸，每个数字都回到原句",
    other_language="English",
    other_language_path="en/",
    tab_ask="提问",
    tab_archive="报纸库",
    tab_import="导入",
    question_placeholder="例如：今年一共签约引进了多少个项目？",
    question_label="问题",
    question_empty="请先写下问题。",
    question_too_long="问题有 {count} 字，最多 {limit} 字：请分成几问，一次问一件事。问题还在框里，没有发出。",
    still_answering="上一问还在作答：请稍等，或先按停止。",
    empty_chat="向报纸提一个问题。答案只来自已导入的报道，逐句标明出处；报上没有的，会如实说没有。",
    filters="限定日期与报纸",
    date_from="最早出版日",
    date_to="最晚出版日",
    date_hint="年-月-日，或 2020年12月25日、昨天；可留空",
    date_unreadable="“{name}”写的是“{text}”，看不出是哪一天：请写成 2020-12-25、2020年12月25日或“昨天”，也可以留空。",
    date_order="最早出版日 {first} 晚于最晚出版日 {last}：请对调。",
    source="报纸",
    any_source="全部报纸",
    year="年份",
    any_year="全部年份",
    examples="可以这样问",
    title_example="《{title}》说了什么？",
    examples_pending="正在从库里找几个答得好的例子……",
    new_conversation="新对话",
    conversations="以往的对话",
    conversations_none="还没有对话。",
    conversations_find="在对话标题里找",
    conversation_rename="改名",
    conversation_remove="移除",
    conversation_remove_sure="确定移除？",
    conversation_title="对话标题",
    keep="保存",
    cancel="取消",
    step_line="排队：前面还有 {count} 个提问",
    step_loading="模型正在载入，载入后立即作答",
    step_searching="正在查阅报纸",
    step_found="查阅报纸：找到 {count} 段相关报道，{seconds:.1f} 秒",
    step_writing="正在作答，每句先核对再显示",
    seconds="秒",
    separator="：",
    provisional="最接近的原句",
    provisional_note="正在核对，还不是答案",
    provisional_answer="报上的原句",
    provisional_answer_note="可能就是答案，模型正在核对，先不要引用",
    stopped="已停止。",
    interrupted="上次没有答完，程序就停了。",
    ask_again="再问一次",
    edit_question="改一改再问",
    evidence="报纸原文",
    evidence_empty="提问后，找到的报道会先出现在这里；点答案里的 〔1〕，看它出自哪一句。",
    evidence_found="找到 {count} 段相关报道",
    evidence_none="没有找到相关报道。",
    quote_view="出处〔{marker}〕",
    marker_name="来源 {marker}，《{title}》",
    read_article="读全文",
    original_show="看原版面",
    original_waiting="正在取原版面……",
    original_name="《{title}》原版面，第 {page} 页",
    original_not_kept="这个文件的原件没有存下来，把它再导入一次就能看到原版面。",
    original_busy="看原版面的人多，请稍后再点一次。",
    original_failed="原版面打不开，文字不受影响；可把原文件再导入一次。",
    back_to_evidence="回到检索结果",
    refused="报纸里没有答案",
    refused_nearest="最接近的报道列在「报纸原文」里，供您自行判断。",
    unsupported="未核实",
    unsupported_warning="下列数字在所引原文中没有核对到，请勿引用：",
    understood_as="系统理解为",
    other_readings="报纸上还有这些相关数字",
    reading_value="数字",
    reading_subject="所指",
    reading_relation="关系",
    reading_source="出处",
    notes="说明",
    unknown_date="日期不详",
    untitled="（无题）",
    page="{page}版",
    footnote_date="{year}年{month}月{day}日",
    footnote_page="第{page}版",
    details="详情",
    made_by="模型 {model} · 报纸库第 {generation} 版 · 用时 {seconds:.1f} 秒",
    copy="复制（带出处）",
    copied="已复制",
    save_word="存为 Word",
    save_markdown="存为 Markdown",
    save_json="存档 JSON（可重放）",
    save_whole="整个对话",
    print="打印",
    feedback="这个答案",
    feedback_good="有用",
    feedback_bad="有误",
    feedback_figure="数字",
    feedback_time="时间",
    feedback_source="出处",
    feedback_off_topic="答非所问",
    feedback_thanks="已记下，谢谢。",
    archive_counts="{articles} 篇报道 · {range}",
    archive_empty="报纸库还是空的：请先在「导入」里放入报纸。",
    archive_empty_ask="报纸库还是空的，没有报道可查。请先导入报纸文件（txt、pdf、docx 等），导入完就可以提问。",
    go_import="去导入",
    archive_find="找报道",
    archive_found="含有“{find}”的报道 {count} 篇",
    archive_found_none="没有找到含有“{find}”的报道。换个词，或放宽报纸和年份再找。",
    archive_newer="较新",
    archive_older="较早",
    archive_choose="从左边选一篇。",
    archive_range="第 {first}–{last} 篇，共 {total} 篇",
    correct="改正",
    correct_title="标题",
    correct_date="出版日",
    correct_page="版次",
    corrected="已改正《{title}》。",
    remove_article="移除这篇",
    removed="已移除《{title}》，它不再出现在任何答案里。",
    undo="撤销",
    undone="已撤销，《{title}》恢复原样。",
    undo_nothing="没有可以撤销的了。",
    import_label="报纸文件，或整个文件夹压成的 zip",
    import_date="出版日（文件里没有写时用）",
    import_source="报纸名（可留空）",
    import_start="导入",
    import_nothing="请先选择文件。",
    import_progress="已读 {read}/{total} 个文件，已存 {articles} 篇 · {current}",
    import_time="已用 {seconds} 秒",
    import_left="，约剩 {left} 秒",
    import_report="新增 {added} 篇，更新 {updated} 篇，未变 {unchanged} 篇，撤下 {removed} 篇",
    import_failed="没能读入",
    import_warnings="请留意",
    import_note="可以是 txt、pdf、html、docx、xlsx、ofd、epub、md、json、csv、zip 和扫描图片。"
    "文件只留在这台机器上。同名文件再次导入会更新原来的报道。",
    export_heading="报问问答记录",
    export_made="{made} 由报问整理，答案只来自已导入的报纸。",
    sources="出处",
    root="",
    tab_check="核稿",
    tab_series="数据",
    may_not_write="您的账号只能查阅，不能改动报纸库：需要时请管理员开通。",
    read_sentence="看原文",
    sentence_empty="点“看原文”，报道会显示在这里，那一句标亮。",
    sentence_close="收起",
    check_text="要核的稿子",
    check_placeholder="把讲话稿、报告的文字粘贴到这里",
    check_file="或上传文件（txt、docx）",
    check_read_only="您的账号只能查阅，不能上传文件：请把稿子粘贴进来。",
    check_date="稿子的日期（今年、去年按它来算）",
    check_start="核对",
    check_nothing="请先粘贴稿子，或上传 txt、docx 文件。",
    check_too_long="稿子有 {count} 字，最多 {limit} 字：请分成几部分来核。",
    check_unreadable="这个文件里读不出稿子：请存成 .docx 或 .txt 再上传，或把文字粘贴进来。",
    check_running="正在逐处核对",
    check_no_items="稿子里没有可以核对的数字、日期或任职。",
    check_draft="核过的稿子",
    check_to_mend="要核改的 {count} 处",
    check_nothing_to_mend="没有要核改的地方。",
    check_fine="相符的 {count} 处",
    check_note="“相符”是说报道的数字、时间、地方和性质都与稿子一致；“未查到”不等于错，请核对来源。",
    check_difference="{slot}不同：稿中“{drafted}”，报道“{printed}”",
    check_unsaid="报道写明{slot}为“{printed}”",
    check_contradicted="稿中“{drafted}”，报道为“{printed}”",
    check_withdrawn="报道指出此说不实，或后来作了更正",
    check_not_found="库中没有查到这一说法，请核对来源",
    clause_separator="；",
    check_unwritten="未写",
    check_word="存为 Word（带标注和批注）",
    series_words="查什么数字",
    series_words_hint="例如：固定资产投资",
    series_place="地方或单位（可留空）",
    series_from="时间从",
    series_to="时间到",
    series_start="查数据",
    series_nothing="请先写下要查什么数字，例如：固定资产投资。",
    series_none="没有查到“{words}”的数字。换个说法，或放宽地方和时间再查。",
    series_found="查到 {claims} 条数字，按事物、地方和口径排成 {series} 列；这里是其中一列。",
    series_choice="看哪一列",
    series_axis="统计到",
    series_date_hint="如 2021-01-31；可留空",
    series_points="{count} 个时间",
    series_period="时间",
    series_value="数字",
    series_standing="情况",
    series_sentence="原句与出处",
    series_revised="已被修订",
    series_contradicting="另有说法",
    series_plot="折线图：{name}",
    series_csv="存为 CSV",
    series_xlsx="存为 Excel",
    series_png="存为图片",
    further="还可以问",
    any_page="全部版",
    torn_show="看整理前的原文",
    torn_name="《{title}》整理前的原文，第 {page} 页：底色深的各行归这篇",
    torn_left_out="…… 此处略去 {count} 行",
    divide="分成两篇",
    divide_line="从哪一行起是另一篇",
    divide_title="另一篇的标题（与那一行相同时，那一行移出正文）",
    divide_do="分开",
    divided="已分开，后一篇是《{title}》。",
    join="并入另一篇",
    join_next="哪一篇接在这篇后面",
    join_do="合并",
    joined="《{title}》已接在这篇后面。",
    packet="核对存下的答案",
    packet_file="答案包（答案下面“详情”里存的 JSON 文件）",
    packet_check="看它还成立吗",
    packet_again="再问一次，比较答案",
    packet_nothing="请先选一个答案包。",
    packet_unreadable="这个文件不是答案包：请选在答案的“详情”里存下的 JSON 文件，不要改动它。",
    packet_read_only="您的账号只能查阅，不能上传答案包；需要时请管理员开通。",
    packet_asking="正在重新作答……",
    packet_before="当时的答案",
    packet_now="现在的答案",
    packet_same_answer="重新作答，数字与出处都和当时相同。",
    packet_no_quotes="当时没有找到答案，没有引用报道：再问一次，看现在有没有",
    packet_states={
        "same": "仍然成立：引用的原句一字未变",
        "changed": "有变化：引用前请看下面标出的地方",
        "gone": "引用的报道已不在报纸库里",
    },
    packet_changes={
        "quote": "原句已不在报道里",
        "corrected": "报纸后来作了更正",
        "text": "报道的其他文字有改动",
        "title": "标题改过",
        "date": "日期改过",
        "source": "报纸名改过",
        "page": "版次改过",
        "refused": "当时与现在，一次答了，一次没有答",
        "figures": "答案里的数字不同",
        "quotes": "引用的原句不同",
    },
    statuses={"contradicted": "与报道矛盾", "differs": "有出入", "not found": "未查到", "supported": "相符"},
    slots={
        "period": "时间",
        "mood": "性质",
        "place": "地方",
        "thing": "所指",
        "act": "动作",
        "measure": "口径",
        "member": "类别",
        "bound": "约数",
    },
    moods={
        "fact": "事实",
        "plan": "计划",
        "forecast": "预计",
        "denied": "否认",
        "cancelled": "取消",
        "hearsay": "传闻",
    },
    measures={"level": "总量", "rise": "增长", "fall": "下降", "share": "占比", "rank": "位次", "change": "增减"},
    failures={
        "article gone": "这篇报道已经不在报纸库里了。",
        "model missing": "模型还没有下载：请管理员运行 baowen models fetch，再问一次。",
        "model": "模型没能作答：请稍后再问；一再如此，请管理员运行 baowen doctor 查看原因。",
        "article changed": "这篇报道刚被别人改过或移除，什么也没有做：请重新打开再看；要撤销，请先撤销后做的改动。",
        "mend": "这样分开或合并不行，什么也没有做：分开后两边都要有正文，合并要选两篇不同的报道。",
        "locked": "报纸库正被另一个程序写入：请等它写完再试。",
        "mismatch": "报纸库是用另一个模型建的，现在不能查：请管理员运行 baowen doctor。",
        "store": "报纸库现在打不开：如果还没有导入过报纸，请先到「导入」放入文件；否则请管理员运行 baowen doctor。",
        "question": "这个问题没法查：请写成一个完整的问题，不要太长。",
        "file": "文件里读不出报道：请换成报纸的文字、PDF 或扫描件。",
        "busy": "排队的提问已满，这一问没有收下：请过一会儿再问一次。",
        "unexpected": "没能完成，出了意料之外的错：请再试一次；一再如此，请管理员查看日志。",
    },
)

ENGLISH = Texts(
    language="en",
    html_language="en",
    title="Baowen",
    motto="Ask the paper; every figure leads back to its sentence",
    other_language="中文",
    other_language_path="../",
    tab_ask="Ask",
    tab_archive="Archive",
    tab_import="Import",
    question_placeholder="For example: 今年一共签约引进了多少个项目？",
    question_label="Question",
    question_empty="Please write a question first.",
    question_too_long="The question has {count} characters, at most {limit} fit: ask one thing at a time. It "
    "is still in the box and was not sent.",
    still_answering="The last question is still being answered: wait, or stop it first.",
    empty_chat="Ask the newspaper. Answers come from the imported articles alone, each sentence with "
    "its source; what the paper does not say is not answered.",
    filters="Limit dates and paper",
    date_from="First day",
    date_to="Last day",
    date_hint="YYYY-MM-DD, or yesterday; may stay empty",
    date_unreadable="“{name}” is “{text}”, which is no day: write 2020-12-25 or “yesterday”, or leave it empty.",
    date_order="The first day {first} lies after the last day {last}: please swap them.",
    source="Paper",
    any_source="All papers",
    year="Year",
    any_year="All years",
    examples="You might ask",
    title_example="《{title}》说了什么？",
    examples_pending="Looking for a few examples with good answers…",
    new_conversation="New conversation",
    conversations="Earlier conversations",
    conversations_none="There are none yet.",
    conversations_find="Find in the titles",
    conversation_rename="Rename",
    conversation_remove="Remove",
    conversation_remove_sure="Really remove?",
    conversation_title="Title of the conversation",
    keep="Save",
    cancel="Cancel",
    step_line="In line: {count} questions come first",
    step_loading="The model is loading; your answer follows at once",
    step_searching="Searching the paper",
    step_found="Searched the paper: {count} passages in {seconds:.1f} s",
    step_writing="Writing; each sentence is checked before it is shown",
    seconds="s",
    separator=": ",
    provisional="The nearest sentence",
    provisional_note="being checked, not yet an answer",
    provisional_answer="The paper’s own sentence",
    provisional_answer_note="it may be the answer; the model is checking, do not quote it yet",
    stopped="Stopped.",
    interrupted="The program ended before this was answered.",
    ask_again="Ask again",
    edit_question="Edit and ask again",
    evidence="The paper itself",
    evidence_empty="What is found appears here first; click a 〔1〕 in the answer to see the very sentence.",
    evidence_found="{count} passages found",
    evidence_none="Nothing relevant was found.",
    quote_view="Source 〔{marker}〕",
    marker_name="Source {marker}, 《{title}》",
    read_article="Whole article",
    original_show="See the printed page",
    original_waiting="Fetching the printed page…",
    original_name="“{title}” as printed, page {page}",
    original_not_kept="The original of this file is not kept; import it again to see its page.",
    original_busy="Many are looking at pages just now; please click again in a while.",
    original_failed="The printed page cannot be shown, its text is sound; importing the file again may help.",
    back_to_evidence="Back to the passages",
    refused="The paper does not say",
    refused_nearest="The nearest articles are listed under “The paper itself”, for you to judge.",
    unsupported="unverified",
    unsupported_warning="These figures do not stand in the cited text; do not quote them: ",
    understood_as="Read as",
    other_readings="Other figures in the paper fit this question",
    reading_value="Figure",
    reading_subject="Of what",
    reading_relation="Relation",
    reading_source="Source",
    notes="Notes",
    unknown_date="undated",
    untitled="(untitled)",
    page="p. {page}",
    footnote_date="{year}-{month:02d}-{day:02d}",
    footnote_page=", p. {page}",
    details="Details",
    made_by="Model {model} · archive generation {generation} · {seconds:.1f} s",
    copy="Copy with sources",
    copied="Copied",
    save_word="Save as Word",
    save_markdown="Save as Markdown",
    save_json="Packet as JSON",
    save_whole="Whole conversation",
    print="Print",
    feedback="This answer",
    feedback_good="Useful",
    feedback_bad="Wrong",
    feedback_figure="Figure",
    feedback_time="Time",
    feedback_source="Source",
    feedback_off_topic="Off topic",
    feedback_thanks="Noted, thank you.",
    archive_counts="{articles} articles · {range}",
    archive_empty="The archive is empty: import a newspaper first.",
    archive_empty_ask="The archive is empty, so there is nothing to ask. Import newspaper files first (txt, "
    "pdf, docx …), then ask.",
    go_import="Go to import",
    archive_find="Find articles",
    archive_found="{count} articles on “{find}”",
    archive_found_none="No article holds “{find}”. Try another word, or widen paper and year.",
    archive_newer="Newer",
    archive_older="Older",
    archive_choose="Choose an article.",
    archive_range="{first}–{last} of {total}",
    correct="Correct",
    correct_title="Title",
    correct_date="Day of publication",
    correct_page="Page",
    corrected="《{title}》 is corrected.",
    remove_article="Remove this article",
    removed="《{title}》 is removed and appears in no answer any more.",
    undo="Undo",
    undone="Undone: 《{title}》 is as it was.",
    undo_nothing="There is nothing left to undo.",
    import_label="Newspaper files, or a folder as one zip",
    import_date="Day of publication (where a file names none)",
    import_source="Name of the paper (may stay empty)",
    import_start="Import",
    import_nothing="Choose a file first.",
    import_progress="{read} of {total} files read, {articles} articles stored · {current}",
    import_time="{seconds} s so far",
    import_left=", about {left} s left",
    import_report="{added} added, {updated} updated, {unchanged} unchanged, {removed} removed",
    import_failed="Could not be read",
    import_warnings="Please note",
    import_note="txt, pdf, html, docx, xlsx, ofd, epub, md, json, csv, zip and scans. Files stay on this machine. "
    "A file of the same name updates its earlier articles.",
    export_heading="Questions to Baowen",
    export_made="Made by Baowen on {made}, from the imported newspapers alone.",
    sources="Sources",
    root="../",
    tab_check="Check a draft",
    tab_series="Figures",
    may_not_write="Your account may read only, so nothing was changed: ask the administrator if you need more.",
    read_sentence="In the article",
    sentence_empty="Click “In the article” to see the very sentence here.",
    sentence_close="Close",
    check_text="The draft",
    check_placeholder="Paste a speech or a report here",
    check_file="Or upload a file (txt, docx)",
    check_read_only="Your account may read only and cannot upload: paste the draft.",
    check_date="Day of the draft (今年 and 去年 are read by it)",
    check_start="Check",
    check_nothing="Paste a draft or upload a txt or docx file first.",
    check_too_long="The draft has {count} characters, at most {limit} can be checked at once: check it in parts.",
    check_unreadable="No draft can be read in this file: save it as .docx or .txt, or paste its text.",
    check_running="Checking each figure, day and name",
    check_no_items="The draft holds no figure, day or office to check.",
    check_draft="The checked draft",
    check_to_mend="To mend: {count}",
    check_nothing_to_mend="Nothing to mend.",
    check_fine="Supported: {count}",
    check_note="“Supported”: value, time, place and kind agree with the paper; “not found” is no proof of an error.",
    check_difference="{slot} differs: the draft has “{drafted}”, the paper “{printed}”",
    check_unsaid="the paper names the {slot}: “{printed}”",
    check_contradicted="the draft has “{drafted}”, the paper “{printed}”",
    check_withdrawn="the paper calls this false, or corrected it later",
    check_not_found="the archive does not say this; check its source",
    clause_separator="; ",
    check_unwritten="nothing",
    check_word="Save as Word with marks and comments",
    series_words="Figures of what",
    series_words_hint="For example: 固定资产投资",
    series_place="Place or body (may stay empty)",
    series_from="Period from",
    series_to="Period to",
    series_start="Find figures",
    series_nothing="Write what the figures are of first, for example 固定资产投资.",
    series_none="No figures of “{words}” were found. Try other words, or widen place and time.",
    series_found="{claims} figures found, in {series} series by thing, place and measure; this is one of them.",
    series_choice="Which series",
    series_axis="up to",
    series_date_hint="2021-01-31; may stay empty",
    series_points="{count} periods",
    series_period="Period",
    series_value="Figure",
    series_standing="Standing",
    series_sentence="Sentence and source",
    series_revised="revised later",
    series_contradicting="another paper differs",
    series_plot="Plot: {name}",
    series_csv="Save as CSV",
    series_xlsx="Save as Excel",
    series_png="Save as picture",
    further="You may also ask",
    any_page="All pages",
    torn_show="See the text as it was",
    torn_name="“{title}” before it was put in order, page {page}: the shaded lines are its own",
    torn_left_out="… {count} lines left out here",
    divide="Divide into two",
    divide_line="From which line on it is another article",
    divide_title="Headline of the other (if it is that line, the line leaves the text)",
    divide_do="Divide",
    divided="Divided; the second article is “{title}”.",
    join="Join with another",
    join_next="Which article goes on where this one ends",
    join_do="Join",
    joined="“{title}” now goes on at the end of this article.",
    packet="Check a saved answer",
    packet_file="Answer packet (the JSON file saved under “Details” of an answer)",
    packet_check="Does it still hold?",
    packet_again="Ask again and compare",
    packet_nothing="Please choose an answer packet first.",
    packet_unreadable="This file is no answer packet: choose the JSON file saved under “Details”, unchanged.",
    packet_read_only="Your account may only read, not upload a packet; the administrator can allow it.",
    packet_asking="Answering again…",
    packet_before="The answer then",
    packet_now="The answer now",
    packet_same_answer="Answered again, with the same figures and sources.",
    packet_no_quotes="There was no answer then, and nothing quoted: ask again to see whether there is one now",
    packet_states={
        "same": "Still holds: the quoted sentences are unchanged",
        "changed": "Changed: look at what is marked below before you use it",
        "gone": "A quoted article is no longer in the archive",
    },
    packet_changes={
        "quote": "the sentence is no longer in the article",
        "corrected": "the paper corrected it later",
        "text": "other words of the article changed",
        "title": "another headline",
        "date": "another day",
        "source": "another paper",
        "page": "another page",
        "refused": "answered once and refused once",
        "figures": "other figures in the answer",
        "quotes": "other sentences quoted",
    },
    statuses={
        "contradicted": "contradicted",
        "differs": "differs",
        "not found": "not found",
        "supported": "supported",
    },
    slots={
        "period": "time",
        "mood": "kind",
        "place": "place",
        "thing": "subject",
        "act": "act",
        "measure": "measure",
        "member": "class",
        "bound": "bound",
    },
    moods={
        "fact": "fact",
        "plan": "plan",
        "forecast": "forecast",
        "denied": "denied",
        "cancelled": "cancelled",
        "hearsay": "hearsay",
    },
    measures={"level": "level", "rise": "rise", "fall": "fall", "share": "share", "rank": "rank", "change": "change"},
    failures={
        "article gone": "This article is no longer in the archive.",
        "article changed": "Somebody just changed or removed this article, so nothing was done: open it again; "
        "to undo, undo later changes first.",
        "mend": "It cannot be divided or joined like this, and nothing was done: both parts need text, and a join "
        "needs two articles.",
        "model missing": "The model is not fetched yet: the administrator runs `baowen models fetch`; then "
        "ask again.",
        "model": "The model could not answer: ask again later; if it keeps happening, the "
        "administrator's `baowen doctor` says why.",
        "locked": "Another program is writing to the archive: try again when it is done.",
        "mismatch": "The archive was made with another model and cannot be searched: the administrator's "
        "`baowen doctor` says why.",
        "store": "The archive cannot be opened: if nothing was imported yet, begin with “Import”; "
        "otherwise the administrator's `baowen doctor` says why.",
        "question": "This cannot be asked: write one whole question, not too long.",
        "file": "No article can be read in the file: give the paper's text, PDF or scan.",
        "busy": "Too many questions are waiting, so this one was not taken: ask again in a moment.",
        "unexpected": "Something unexpected went wrong: try again; if it keeps happening, the server's log "
        "says what.",
    },
)

TEXTS: dict[Language, Texts] = {"zh": CHINESE, "en": ENGLISH}
