"""Prompts that chat programs send behind the user's back, in our own wordings, and questions that look like them."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.records import Turn
from ui.web.chat_tasks import read_task, task_reply

EARLIER = (Turn("青石大桥投资多少？", "总投资3.5亿元[1]。"),)
TALK = "USER: 青石大桥投资多少？\nASSISTANT: 总投资3.5亿元[1]。\n"
TAGGED = f"<chat_history>\n{TALK}</chat_history>"


def suggest(question: str) -> list[str]:
    return [f"关于{question}", "二", "三", "四"]


TASKS = [
    ("title", f'### Task:\nWrite a concise title for the chat, five words at most. JSON: {{"title": "…"}}\n{TAGGED}'),
    ("title", f"Think of a short name for this conversation. Just the name, nothing else.\n\nConversation:\n{TALK}"),
    ("title", f"请为下面的对话拟一个10字以内的标题，只返回标题。\n{TALK}"),
    ("title", "用四五个字概括以上内容的主题，直接返回主题，不要解释"),
    ("title", "From our dialogue derive a subject line. Only output the subject line."),
    (
        "follow_ups",
        "### Task:\nName 3 follow-up questions that the user could ask, from the chat history.\n"
        f'JSON: {{ "follow_ups": ["…"] }}\n{TAGGED}',
    ),
    (
        "follow_ups",
        "根据以下会话，给出三个用户接下来可能问的问题，仅输出问题本身\n用户：青石大桥投资多少？\n助手：3.5亿元。",
    ),
    ("tags", f'### Task:\nPick 1-3 tags that categorise this conversation\nJSON: {{"tags": ["a", "b"]}}\n{TAGGED}'),
    ("tags", f"给这段聊天打上分类标签，不超过三个。\n{TALK}"),
    ("queries", f'### Task:\nRead the chat history, decide on search queries. JSON {{"queries": ["q"]}}\n{TAGGED}'),
    ("completion", f'### Task:\nAutocomplete the user, from the conversation. JSON {{ "text": "…" }}\n{TAGGED}'),
    ("summary", "简要总结一下对话内容，用作后续的上下文提示，控制在200字以内"),
    ("summary", f"Recap the conversation below in a concise paragraph.\n{TALK}"),
]


@pytest.mark.parametrize(("kind", "prompt"), TASKS)
def test_a_prompt_about_the_conversation_is_known_for_what_it_wants(kind: str, prompt: str) -> None:
    task = read_task("", prompt, EARLIER)
    assert task is not None
    assert task.kind == kind
    assert task.turns[0].question == "青石大桥投资多少？"


@pytest.mark.parametrize(
    "talk",
    [
        TALK,
        "user: 青石大桥投资多少？\nassistant: 3.5亿元",
        "**User**: 青石大桥投资多少？\n**AI**: 3.5亿元",
        '[{"role": "user", "content": "青石大桥投资多少？"}, {"role": "assistant", "content": "3.5\\n亿元"}]',
    ],
)
def test_a_system_prompt_makes_a_task_of_a_bare_conversation_only(talk: str) -> None:
    system = "You name conversations: return only a title of the user's conversation, 10 words or less."
    found = read_task(system, talk, ())
    assert found is not None
    assert (found.kind, found.turns[0].question) == ("title", "青石大桥投资多少？")
    assert read_task(system, "青石大桥投资多少？", EARLIER) is None


@pytest.mark.parametrize(
    "question",
    [
        "政企对话会的主题是什么？",
        "请用100字以内概括青石大桥的建设情况",
        "市长与企业家对话会上提出了哪些问题，简要说说",
        "报道的标题是什么？",
        "座谈会主题是什么，只需给出主题",
        "城市标签“桥都”是哪年评的？",
        "Give a concise summary of the bridge project",
        "What was the title of the mayor's speech?",
        "电商直播间聊天诈骗案涉案多少元？",
        "智能客服对话机制控制在几秒以内？总结一下",
        "总结一下今年的招商引资情况",
        "“一句话新闻”栏目的分类有哪些？",
    ],
)
def test_a_question_to_the_papers_is_no_task(question: str) -> None:
    assert read_task("", question, ()) is None
    assert read_task("", question, EARLIER) is None
    assert read_task("你是助手，只返回JSON，为会话起标题", question, EARLIER) is None


def test_the_reply_has_the_form_that_was_asked_for() -> None:
    replies = {kind: task_reply(read_task("", prompt, EARLIER), suggest) for kind, prompt in reversed(TASKS)}  # type: ignore[arg-type]
    assert json.loads(replies["title"]) == {"title": "青石大桥投资多少"}
    assert json.loads(replies["follow_ups"]) == {"follow_ups": ["关于青石大桥投资多少？", "二", "三"]}
    assert json.loads(replies["tags"]) == {"tags": []}
    assert json.loads(replies["queries"]) == {"queries": ["青石大桥投资多少？"]}
    assert json.loads(replies["completion"]) == {"text": ""}
    assert replies["summary"] == "青石大桥投资多少？ 总投资3.5亿元[1]。"


def test_a_long_first_question_is_cut_where_its_title_ends() -> None:
    chinese = task_reply(read_task("", TASKS[3][1], (Turn("长" * 50, ""),)), suggest)  # type: ignore[arg-type]
    assert chinese == "长" * 20 + "…"
    english = task_reply(read_task("", TASKS[4][1], (Turn("How many " * 9, ""),)), suggest)  # type: ignore[arg-type]
    assert english.startswith("How many How many")
    assert english.endswith(("many…", "How…"))


def test_a_summary_never_cuts_an_answer() -> None:
    long = Turn("第一问？", "甲" * 150)
    new = Turn("第二问？", "乙" * 150)
    assert task_reply(read_task("", TASKS[11][1], (long, new)), suggest) == f"第一问？\n第二问？ {'乙' * 150}"  # type: ignore[arg-type]


def post(client: TestClient, prompt: str, **more: Any) -> Any:
    return client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": prompt}], **more})


def test_a_task_runs_no_model_and_its_suggestions_come_from_a_search(
    client: TestClient, workspace: FakeWorkspace
) -> None:
    message = post(client, TASKS[5][1]).json()["choices"][0]["message"]
    assert json.loads(message["content"]) == {
        "follow_ups": ["《青石大桥合龙》说了什么？", "《新菜市开张 摊位三百个》说了什么？"]
    }
    assert workspace.assistant.asked == []


def test_a_task_is_streamed_when_asked_for(client: TestClient, workspace: FakeWorkspace) -> None:
    reply = post(client, TASKS[0][1], stream=True, stream_options={"include_usage": True})
    events = [line.removeprefix("data: ") for line in reply.text.strip().split("\n\n")]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    content = "".join(item["delta"].get("content", "") for chunk in chunks for item in chunk["choices"])
    assert json.loads(content) == {"title": "青石大桥投资多少"}
    assert [item["finish_reason"] for chunk in chunks for item in chunk["choices"]] == [None, "stop"]
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert workspace.assistant.asked == []
