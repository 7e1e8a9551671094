"""What crawlers of newspapers write: text files with rules and labels, records under many spellings."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.made_files import PLACES, WORKS, Draw, MadeFile


def crawled(draw: Draw) -> MadeFile:
    """A crawler's text file: brackets and rules, labels, or one article named by day, page and number."""
    rng = draw.rng
    style = rng.choice(["brackets", "labels", "rules", "single"])
    made = [replace(draw.story(), page="") for _ in range(1 if style == "single" else rng.randrange(2, 5))]
    rule = rng.choice("=-*_") * rng.randrange(20, 70)
    if style == "brackets":
        text = "".join(f"【{s.title}】\n\n" + "\n".join(s.paragraphs) + f"\n\n{rule}\n\n" for s in made)
    elif style == "labels":
        made = [replace(s, page=draw.page) for s in made]
        text = "".join(
            f"标题：{s.title}\n日期：{draw.stamp('%Y-%m-%d')}\n版次：第{draw.page}版\n来源：{draw.paper}\n正文：\n"
            + "\n".join(s.paragraphs) + f"\n{rule}\n" for s in made
        )  # fmt: skip
        return MadeFile("crawled labels", "全部.txt", text.encode(), tuple(made), draw.day, draw.paper, (rule,))
    elif style == "rules":
        text = f"\n{rule}\n".join(f"{s.title}\n\n" + "\n".join(s.paragraphs) for s in made)
    else:
        kicker, subtitle = draw.deck(), draw.deck()
        number = int(draw.page.lstrip("AB")) % 9 + 1
        made = [replace(made[0], deck=f"{kicker} {subtitle}", page=f"{number:02d}")]
        text = f"{kicker}\n{made[0].title}\n——{subtitle}\n\n" + "\n".join(f"　　{p}" for p in made[0].paragraphs)
        name = f"{draw.day:%Y%m%d}-{number:02d}-{rng.randrange(1, 20):02d}.txt"
        return MadeFile("crawled single", name, text.encode(), tuple(made), draw.day)
    return MadeFile(
        f"crawled {style}", f"day_{draw.day:%Y%m%d}.txt", text.encode(), tuple(made), draw.day, "", (rule,)
    )


SPELLINGS = (
    ("leadTitle", "Title", "subTitle", "article-content", "publish_time", "pageNumber", "paperName", "images_desc"),
    ("引题", "标题", "副题", "正文", "见报日期", "版次", "报纸名称", "图片说明"),
    ("pre_title", "headline", "deck", "fullText", "pubDate", "Page No.", "newspaper", "photoCaption"),
    ("introtitle", "news_title", "subtitle", "newsContent", "releaseTime", "banner", "publication", "imgDesc"),
)


def records(draw: Draw) -> MadeFile:
    """Records of a crawler under one of many spellings, in a list, in lines, or in pages of an edition."""
    rng, keys = draw.rng, draw.rng.choice(SPELLINGS)
    stories, items = [], []
    for _ in range(rng.randrange(2, 5)):
        story, kicker, subtitle = draw.story(), draw.deck(), draw.deck()
        caption = f"图为{rng.choice(PLACES)}{rng.choice(WORKS)}现场。"
        page = rng.choice([draw.page, f"{draw.page}：要闻", f"第{draw.page}版"])
        values = (
            kicker,
            story.title,
            subtitle,
            "\n".join(story.paragraphs),
            f"{draw.day} 06:00:00",
            page,
            draw.paper,
        )
        items.append(dict(zip(keys, (*values, caption), strict=True)) | {"url": "http://paper.example/1.htm"})
        stories.append(replace(story, deck=f"{kicker} {subtitle}", paragraphs=(*story.paragraphs, caption)))
    if rng.random() < 0.3:
        text, suffix = "\n".join(json.dumps(item, ensure_ascii=False) for item in items), "jsonl"
    else:
        whole = items if rng.random() < 0.5 else {"code": 0, "data": {"list": items}}
        text, suffix = json.dumps(whole, ensure_ascii=False), "json"
    data = text.encode(rng.choice(["utf-8", "gb18030"]))
    return MadeFile("records", f"抓取.{suffix}", data, tuple(stories), draw.day, draw.paper)
