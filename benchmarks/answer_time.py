"""Median time of an answer: Baowen's runtime on this machine against a plain float32 transformers pipeline.

    python benchmarks/answer_time.py [--baseline-limit 4] [--prompts FILE.jsonl] [--baseline-model FOLDER]

The same model, the same prompts in the same order, greedy, the same longest reply. The baseline is what a short
tutorial does, ``pipeline("text-generation", dtype=torch.float32)``; it loads the folder that ``baowen models
fetch --for-transformers`` writes, or reads the weights out of the GGUF file where that folder is missing. Prompt
by prompt, one runs right after the other, so that other work on the machine slows both. Neither the loading of
the models nor the reading of the fixed beginning before the first question is counted for either.

A file of prompts holds one JSON object a line: ``{"title": ..., "text": ..., "question": ...}``. Prints one JSON
object: the medians in seconds, their ratio, the replies' agreement, and the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.model_store import resolve_generation_model
from rag.generation.generator import GenerationOptions, Generator, Message
from rag.generation.machine import detect_machine, quiet_waiting_threads
from rag.generation.prompts import EvidenceLine, answer_messages, prefix_messages
from rag.generation.runtime import choose_runtime, load_generator
from rag.settings import Settings, load_settings

PROMPTS = (
    (
        "临山区公布上半年工业运行情况",
        "今年1至6月，临山区规模以上工业企业实现产值428.6亿元，同比增长7.3%，其中装备制造业产值156.2亿元，增长11.8%；"
        "新增规上企业23家，累计达到317家。全区工业用电量18.4亿千瓦时，同比增长5.1%。",
        "临山区上半年规模以上工业产值多少？其中装备制造业增长多少？",
    ),
    (
        "青溪水库除险加固工程完工",
        "青溪水库除险加固工程日前通过验收。工程总投资1.37亿元，历时26个月，加固主坝长412米，新建溢洪道一座，最大泄洪流量"
        "每秒860立方米，下游3个镇、4.8万人受益，恢复灌溉面积6.2万亩。",
        "青溪水库除险加固工程总投资多少？多少人受益？",
    ),
    (
        "白鹭湾小学新校区启用",
        "白鹭湾小学新校区9月1日启用，占地48亩，建筑面积2.1万平方米，设36个教学班，可容纳学生1620人。学校配备教师94人，"
        "其中高级教师21人。项目由区财政投资9600万元，建设周期14个月。",
        "白鹭湾小学新校区能容纳多少学生？",
    ),
    (
        "南浦港集装箱吞吐量创新高",
        "南浦港前三季度完成货物吞吐量7321万吨，同比增长6.4%；集装箱吞吐量186.5万标箱，同比增长12.9%，其中外贸集装箱"
        "73.2万标箱。港口新开通至东南亚航线4条，航线总数达到58条。",
        "南浦港前三季度完成货物吞吐量多少？同比增长多少？",
    ),
    (
        "城东污水处理厂二期投运",
        "城东污水处理厂二期工程10月18日投入运行，新增日处理能力5万吨，全厂日处理能力达到12万吨，出水水质执行一级A标准。"
        "二期配套管网37公里，服务面积21平方公里，服务人口16万人，总投资2.9亿元。",
        "城东污水处理厂二期新增日处理能力多少？",
    ),
    (
        "柳河镇大棚蔬菜喜获丰收",
        "柳河镇今年发展大棚蔬菜3860亩，建成大棚1240座，预计总产量2.3万吨，产值1.15亿元，带动农户2170户，户均增收1.8万元。"
        "镇里引进新品种17个，组建合作社9家，统一销往省内外26个城市。",
        "柳河镇大棚蔬菜带动多少农户？户均增收多少？",
    ),
    (
        "云峰高速公路全线贯通",
        "云峰高速公路12月6日全线贯通，全长87.4公里，双向四车道，设计时速100公里，设互通立交6处、隧道11座、桥梁64座，桥隧比"
        "达43%。项目总投资96.8亿元，通车后从市区到云峰县由2小时10分缩短到55分钟。",
        "云峰高速公路全长多少公里？总投资多少？",
    ),
    (
        "市第三医院新门诊楼开诊",
        "市第三医院新门诊楼3月12日开诊，总建筑面积4.6万平方米，设诊室186间、床位420张，日接诊能力5000人次。医院新增CT机3台、"
        "核磁共振仪2台，引进博士29名，开设专科门诊38个。",
        "市第三医院新门诊楼日接诊能力是多少？",
    ),
    (
        "古槐社区改造惠及居民",
        "古槐社区老旧小区改造工程完工，改造楼房54栋、面积23.7万平方米，惠及居民2918户。工程加装电梯31部，新增停车位640个、"
        "充电桩88个，更换水管19公里，总投入7350万元，其中居民自筹420万元。",
        "古槐社区改造加装电梯多少部？新增停车位多少个？",
    ),
    (
        "滨海湿地候鸟数量再增加",
        "今年秋季，滨海湿地监测到候鸟143种、8.9万只，比去年同期增加1.2万只，其中国家一级保护鸟类14种。保护区修复湿地5200亩，"
        "设监测点27个，聘请护鸟员65名，开展巡护1300多次。",
        "滨海湿地今年秋季监测到候鸟多少种、多少只？",
    ),
    (
        "全市外贸进出口保持增长",
        "前10个月，全市外贸进出口总值1284.5亿元，同比增长9.6%，其中出口873.2亿元，增长11.4%，进口411.3亿元，增长6.0%。民营企业"
        "进出口占比68.7%，有进出口实绩的企业2436家，新增311家。",
        "前10个月全市出口多少？增长多少？",
    ),
    (
        "桃源乡村旅游节闭幕",
        "为期15天的桃源乡村旅游节10月7日闭幕，共接待游客62.4万人次，实现旅游收入3.08亿元，同比分别增长18.5%和22.1%。"
        "旅游节举办活动46场，参展农产品270种，现场签约项目13个，金额5.6亿元。",
        "桃源乡村旅游节接待游客多少人次？旅游收入多少？",
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One reply and its times in seconds; ``first_piece`` is 0 where the runtime does not stream."""

    reply: str
    first_piece: float
    total: float


def measure_generator(generator: Generator, messages: Sequence[Message], options: GenerationOptions) -> Measured:
    """Time one streamed reply."""
    started = time.perf_counter()
    pieces, first = [], 0.0
    for piece in generator.stream(messages, options):
        first = first or time.perf_counter() - started
        pieces.append(piece)
    return Measured("".join(pieces), first, time.perf_counter() - started)


def load_baseline(settings: Settings, folder: str) -> Any:
    """The plain pipeline in float32, with torch's own choice of threads."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    if folder:
        return pipeline("text-generation", model=folder, dtype=torch.float32)
    files = resolve_generation_model(settings.generation_model, settings.models)
    if files.transformers_folder is not None:
        return pipeline("text-generation", model=str(files.transformers_folder), dtype=torch.float32)
    if files.gguf is None:
        raise SystemExit(f"{files.name} is here neither as a folder nor as a GGUF file; name --baseline-model")
    place = {"pretrained_model_name_or_path": str(files.gguf.parent), "gguf_file": files.gguf.name}
    model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)
    return pipeline("text-generation", model=model, tokenizer=AutoTokenizer.from_pretrained(**place))


def measure_baseline(pipe: Any, messages: Sequence[Message], max_tokens: int) -> Measured:
    """Time one reply of the pipeline, greedy like ours."""
    chat = [{"role": message.role, "content": message.content} for message in messages]
    started = time.perf_counter()
    output = pipe(chat, max_new_tokens=max_tokens, do_sample=False, repetition_penalty=1.0, return_full_text=False)
    return Measured(str(output[0]["generated_text"]), 0.0, time.perf_counter() - started)


def report(ours: Sequence[Measured], paired: Sequence[Measured], generator: Generator, reason: str) -> dict[str, Any]:
    """The figures as one JSON object; the ratio compares the prompts that both answered."""
    both = list(zip(ours, paired, strict=False))
    median_ours = statistics.median(item.total for item, _ in both)
    median_baseline = statistics.median(item.total for _, item in both)
    return {
        "model": generator.name,
        "runtime": generator.runtime,
        "reason": reason,
        "machine": asdict(detect_machine()),
        "prompts": len(ours),
        "median_first_piece_seconds": round(statistics.median(item.first_piece for item in ours), 2),
        "median_seconds": round(statistics.median(item.total for item in ours), 2),
        "compared_prompts": len(both),
        "compared_median_seconds": round(median_ours, 2),
        "baseline_median_seconds": round(median_baseline, 2),
        "ratio": round(median_baseline / median_ours, 2),
        "ratio_each": [round(baseline.total / mine.total, 2) for mine, baseline in both],
        "same_replies": sum(mine.reply.strip() == baseline.reply.strip() for mine, baseline in both),
    }


def read_prompts(path: Path | None) -> list[tuple[str, str, str]]:
    """Title, text and question of each prompt."""
    if path is None:
        return list(PROMPTS)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(record.get("title", ""), record["text"], record["question"]) for record in records]


def main() -> None:
    """Run both, prompt by prompt."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--prompts", type=Path, help="a .jsonl file instead of the built-in dozen")
    parser.add_argument("--baseline-limit", type=int, default=12, help="how many prompts the baseline answers too")
    parser.add_argument("--baseline-model", default="", help="a transformers folder with the same weights")
    parser.add_argument("--max-tokens", type=int, default=64)
    options = parser.parse_args()
    quiet_waiting_threads()
    settings = load_settings()
    generator = load_generator(settings)
    generator.warm_up(prefix_messages())
    baseline = load_baseline(settings, options.baseline_model)
    measure_baseline(baseline, [Message("user", "好")], 1)
    ours, paired = [], []
    for number, (title, text, question) in enumerate(read_prompts(options.prompts)):
        messages = answer_messages(question, [EvidenceLine(title, text)])
        ours.append(measure_generator(generator, messages, GenerationOptions(max_tokens=options.max_tokens)))
        if number < options.baseline_limit:
            paired.append(measure_baseline(baseline, messages, options.max_tokens))
        print(number + 1, ours[-1], paired[number:], file=sys.stderr, flush=True)
    reason = choose_runtime(settings, detect_machine()).reason
    print(json.dumps(report(ours, paired, generator, reason), ensure_ascii=False, indent=2))
    generator.close()


if __name__ == "__main__":
    main()
