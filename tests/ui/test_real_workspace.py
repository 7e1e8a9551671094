"""The surfaces over the real workspace, with a small encoder and a scripted generator."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator
from fastapi import FastAPI
from live_server import live_server

from rag.settings import Settings
from rag.workspace import Workspace
from ui.api import create_app

PAGE = """青石大桥合龙

昨日上午，青石大桥顺利合龙。大桥全长1280米，总投资3.5亿元，预计明年春天通车。建设指挥部介绍，工程用时两年零三个月，其间经历了三次洪水。

城东新菜市开张

城东新菜市昨天开张，共有摊位300个，比老菜市多出120个。管理处说，菜市每天早上五点开门，附近居民步行十分钟就能走到。
"""


@dataclass
class Live:
    """A running server and what it stands on."""

    address: str
    workspace: Workspace
    generator: ScriptedGenerator
    app: FastAPI


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    generator = ScriptedGenerator("青石大桥总投资3.5亿元。")
    settings = Settings(store=tmp_path / "store")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=generator)
    page = tmp_path / "青石晨报_2021-03-09_01.txt"
    page.write_text(PAGE, encoding="utf-8")
    workspace.ingest([page])
    app = create_app(workspace, settings)
    with live_server(app) as address:
        yield Live(address, workspace, generator, app)
    workspace.close()


def test_the_openai_client_asks_and_gets_citations(live: Live) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=f"{live.address}/v1", api_key="unused", max_retries=0) as client:
        assert "baowen" in [model.id for model in client.models.list()]
        messages = [{"role": "user", "content": "青石大桥总投资多少？"}]
        completion = client.chat.completions.create(model="baowen", messages=messages)
        message = completion.choices[0].message
        assert "3.5亿元" in message.content
        assert message.refusal is None
        for annotation in message.annotations:
            cited = annotation.url_citation
            assert message.content[cited.start_index : cited.end_index].startswith("[")
            span = annotation.baowen
            article = live.workspace.store.article(span["article_id"])
            assert article.text[span["start"] : span["end"]] == span["quote"]
            assert "3.5亿元" in span["quote"]
        assert message.annotations
        chunks = list(
            client.chat.completions.create(
                model="baowen", messages=messages, stream=True, stream_options={"include_usage": True}
            )
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert text == message.content
        assert chunks[-2].choices[0].finish_reason == "stop"
        assert chunks[-1].usage.total_tokens > 0
        with pytest.raises(openai.NotFoundError, match="baowen"):
            client.chat.completions.create(model="other", messages=messages)


def test_an_unanswerable_question_is_refused_without_citation(live: Live) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=f"{live.address}/v1", api_key="unused", max_retries=0) as client:
        messages = [{"role": "user", "content": "火星移民计划的负责人叫什么名字？"}]
        message = client.chat.completions.create(model="baowen", messages=messages).choices[0].message
        assert message.refusal
        assert message.annotations == []


def test_a_client_who_leaves_stops_the_model(live: Live) -> None:
    live.generator._replies = [lambda _: slow_text()]
    for stream in (True, False):
        body = json.dumps({"question": f"青石大桥全长多少米{'？' if stream else '呢？'}", "stream": stream}).encode()
        host, port = live.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(
                b"POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            connection.settimeout(10)
            if stream:
                connection.recv(100)
            else:
                time.sleep(0.3)
        end = time.monotonic() + 10
        while live.app.state.services.answers.waiting:
            assert time.monotonic() < end, "the model went on"
            time.sleep(0.02)


def slow_text() -> str:
    time.sleep(0.5)
    return "青石大桥全长1280米。" * 5


def test_upload_answers_and_removal_hold_at_once(live: Live, tmp_path: Path) -> None:
    import httpx

    with httpx.Client(base_url=live.address, timeout=30) as client:
        text = "南湖公园开放\n\n南湖公园五月一日开放，占地88公顷，全年免费。公园管理处介绍，园内种了两千棵桂花树。\n"
        files = [("files", ("南湖日报_2021-05-02_02.txt", text.encode()))]
        report = client.post("/v1/articles", files=files).json()
        assert (report["added"], report["failed"]) == (1, [])
        again = client.post("/v1/articles", files=files).json()
        assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 1)
        (article,) = [item for item in client.get("/v1/articles").json()["articles"] if "南湖" in item["title"]]
        assert (article["date"], article["source"]) == ("2021-05-02", "南湖日报")
        found = client.post("/v1/search", json={"question": "南湖公园占地多少公顷？"}).json()["passages"]
        assert found[0]["article_id"] == article["id"]
        assert client.delete(f"/v1/articles/{article['id']}").json()["removed"] == 1
        found = client.post("/v1/search", json={"question": "南湖公园占地多少公顷？"}).json()["passages"]
        assert article["id"] not in [item["article_id"] for item in found]
