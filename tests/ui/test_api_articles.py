from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from ui_fakes import BRIDGE, FakeWorkspace


def test_articles_are_listed_in_pages_without_bodies(client: TestClient) -> None:
    document = client.get("/v1/articles", params={"limit": 1, "offset": 1}).json()
    assert (document["total"], document["limit"], document["offset"]) == (2, 1, 1)
    (article,) = document["articles"]
    assert article["id"] == "d4e5f6"
    assert "text" not in article


def test_articles_are_filtered_by_day(client: TestClient) -> None:
    document = client.get("/v1/articles", params={"from": "2021-03-09"}).json()
    assert [item["id"] for item in document["articles"]] == ["a1b2c3"]
    assert client.get("/v1/articles", params={"from": "gestern"}).status_code == 422


def test_articles_are_filtered_by_the_page_of_the_paper(client: TestClient) -> None:
    document = client.get("/v1/articles", params={"page": "3"}).json()
    assert [item["id"] for item in document["articles"]] == ["d4e5f6"]
    assert document["total"] == 1


def test_one_article_comes_whole(client: TestClient) -> None:
    document = client.get("/v1/articles/a1b2c3").json()
    assert document["text"] == BRIDGE.text
    assert document["origin"]["path"] == "2021-03-09.txt"


def test_an_unknown_article_is_a_404_without_the_stores_place(client: TestClient) -> None:
    reply = client.get("/v1/articles/nothing")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text


def test_a_removed_article_is_gone_at_once(client: TestClient) -> None:
    assert client.delete("/v1/articles/a1b2c3").json() == {"removed": 1, "id": "a1b2c3", "generation": 8}
    assert client.get("/v1/articles/a1b2c3").status_code == 404
    assert client.delete("/v1/articles/a1b2c3").status_code == 404


def test_an_upload_is_stored_under_a_name_made_here_and_labelled_with_the_senders(
    client: TestClient, workspace: FakeWorkspace
) -> None:
    reply = client.post(
        "/v1/articles",
        files=[("files", ("../../etc/晨报 2021-03-10.TXT", "新桥通车。".encode()))],
        data={"date": "2021-03-10", "source": "青石晨报"},
    )
    assert reply.status_code == 200
    assert reply.json()["added"] == 1
    (given,) = workspace.ingested
    assert given["contents"] == {"0000.txt": "新桥通车。".encode()}
    assert list(given["labels"].values()) == ["晨报 2021-03-10.TXT"]
    assert (str(given["date"]), given["source"]) == ("2021-03-10", "青石晨报")
    (path,) = given["labels"]
    assert not Path(path).exists()


def test_a_file_over_the_limit_is_refused(client: TestClient, workspace: FakeWorkspace) -> None:
    reply = client.post("/v1/articles", files=[("files", ("a.txt", b"x" * 1001))])
    assert reply.status_code == 413
    assert "1000 bytes" in reply.json()["detail"]
    assert workspace.ingested == []


def test_an_upload_without_files_or_with_a_wrong_day_is_refused(client: TestClient) -> None:
    assert client.post("/v1/articles", data={"date": "2021-03-10"}).status_code == 422
    reply = client.post("/v1/articles", files=[("files", ("a.txt", b"x"))], data={"date": "2021-13-01"})
    assert reply.status_code == 422


def test_feedback_is_kept(client: TestClient, workspace: FakeWorkspace) -> None:
    body = {"question": "问", "answer": "答", "verdict": "down", "comment": "数字不对", "generation": 7}
    assert client.post("/v1/feedback", json=body).status_code == 201
    assert workspace.store.feedback == [{**body, "model": ""}]


@pytest.mark.parametrize("verdict", ["", "maybe"])
def test_feedback_without_a_verdict_is_refused(client: TestClient, workspace: FakeWorkspace, verdict: str) -> None:
    assert client.post("/v1/feedback", json={"question": "问", "verdict": verdict}).status_code == 422
    assert workspace.store.feedback == []
