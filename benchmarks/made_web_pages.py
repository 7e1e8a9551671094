"""Pages of electronic newspapers and of news sites, and such a page saved whole by a browser."""

from __future__ import annotations

import quopri
from dataclasses import replace
from html import escape

from benchmarks.made_files import Draw, MadeFile

COPYRIGHT = "{}社版权所有，未经书面授权不得转载或建立镜像"
LINKS = "<a href='n1.htm'>第01版：要闻</a> <a href='n2.htm'>第02版：综合</a> <a href='n3.htm'>第03版：民生</a>"


def epaper(draw: Draw) -> MadeFile:
    """A page of an electronic newspaper: founder's elements, its comments, or classes; GBK or UTF-8."""
    rng, story = draw.rng, draw.story()
    kicker, subtitle = draw.deck(), draw.deck()
    body = "".join(f"<p>　　{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    header = f"{draw.paper} {draw.stamp()} {draw.weekday()} 第{draw.page}版：{rng.choice(['民生', '经济', '要闻'])}"
    style = rng.choice(["founder", "comment", "class", "zoom"])
    parts = {
        "founder": (
            f"<tr><td><p class='yt'>（引题）{kicker}</p><founder-title>"
            f"<p class='bt1'>{story.title}</p></founder-title>"
            f"<p class='ft'>（副题）{subtitle}</p></td></tr>",
            f"<tr><td><founder-content>{body}</founder-content></td></tr>",
        ),
        "comment": (
            f"<tr><td class='font02'>{kicker}</td></tr><tr><td class='font01'>"
            f"<strong>{story.title}</strong></td></tr>"
            f"<tr><td class='font02'>——{subtitle}</td></tr>",
            f"<tr><td><div id='ozoom'><!--enpcontent-->{body}<!--/enpcontent--></div></td></tr>",
        ),
        "class": (
            f"<tr><td><div class='intro-title'>{kicker}</div><h1>{story.title}</h1>"
            f"<div class='sub-title'>{subtitle}</div></td></tr>",
            f"<tr><td><div class='article-content'>{body}</div></td></tr>",
        ),
        "zoom": (
            f"<tr><td><h3>{kicker}</h3><h1>{story.title}</h1><h2>{subtitle}</h2><h4></h4></td></tr>",
            f"<tr><td><div id='ozoom'>{body}</div></td></tr>",
        ),
    }  # fmt: skip
    head, main = parts[style]
    charset = rng.choice(["gb2312", "gbk", "utf-8"])
    notice = COPYRIGHT.format(draw.paper)
    page = (
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'>"
        f"<title>{draw.paper}{rng.choice(['数字报', '多媒体数字版', '电子版'])}</title></head><body><table>"
        f"<tr><td>{LINKS}</td></tr><tr><td>{draw.stamp()} <a href='#'>上一期</a> <a href='#'>下一期</a></td></tr>"
        f"<tr><td><span class='default'>{header}</span></td></tr>{head}{main}"
        f"<tr><td><a href='x'>上一篇</a> <a href='y'>下一篇</a></td></tr><tr>"
        f"<td>{notice}</td></tr></table></body></html>"
    )
    data = page.encode("gb18030" if charset != "utf-8" else "utf-8")
    story = replace(story, deck=f"{kicker} {subtitle}")
    return MadeFile(f"epaper {style}", f"content_{rng.randrange(10**6)}.htm", data, (story,), draw.day, draw.paper,
                    (notice, "上一期", "综合"))  # fmt: skip


def mhtml(draw: Draw) -> MadeFile:
    """The same page saved whole by a browser."""
    made = epaper(draw)
    page = made.data.decode("gb18030" if b"gb" in made.data[:120] else "utf-8")
    page = page.replace("charset=gb2312", "charset=utf-8").replace("charset=gbk", "charset=utf-8")
    body = quopri.encodestring(page.encode()).decode("ascii")
    text = (
        "From: "
        "<Saved by Blink>\r\nSnapshot-Content-Location: http://paper.example/content.htm\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Part--x--"\r\n\r\n\r\n'
        "------Part--x--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: http://paper.example/content.htm\r\n\r\n{body}\r\n------Part--x----\r\n"
    )
    return replace(made, kind="mhtml", name=made.name.replace(".htm", ".mhtml"), data=text.encode())


def site(draw: Draw) -> MadeFile:
    """An article of a news site, its day told in a line, in metadata or in its address; or not at all."""
    rng, story = draw.rng, draw.story()
    told = rng.choice(["line", "meta", "address", "nowhere"])
    line = f"<div class='info'>{draw.stamp('%Y-%m-%d')} 09:12　来源：{draw.paper}</div>" if told == "line" else ""
    meta = f"<meta name='PubDate' content='{draw.day} 08:00'>" if told == "meta" else ""
    link = f"<link rel='canonical' href='http://www.example.cn/{draw.day:%Y%m/%d}/c1.html'>"
    link = link.replace(f"{draw.day:%Y%m/%d}", f"{draw.day:%Y-%m/%d}") if told == "address" else ""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<title>{story.title}_{draw.paper}网</title>{meta}{link}</head>"
        f"<body><div class='nav'><a href='/'>首页</a><a href='/a'>时政</a></div>"
        f"<div class='main'><h1>{story.title}</h1>"
        f"{line}<div class='content'>{body}</div></div><div class='hot'><ul>"
        f"<li><a href='1'>热点新闻一二三四</a></li></ul></div>"
        f"<div class='footer'>{COPYRIGHT.format(draw.paper)} ICP备{rng.randrange(10**7)}号</div></body></html>"
    )
    date = None if told == "nowhere" else draw.day
    return MadeFile(f"site {told}", "page.html", page.encode(), (replace(story, page=""),), date, "",
                    ("ICP备", "热点新闻", "首页"))  # fmt: skip
