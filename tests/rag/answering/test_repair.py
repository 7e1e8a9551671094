from rag.answering.evidence import Sentence
from rag.answering.repair import repair_figures
from rag.records import Article


def sentences(text: str) -> list[Sentence]:
    return [Sentence(Article("a", "", text), 0, len(text), text, 0, 1.0, 1.0)]


def test_a_figure_gets_the_papers_own_writing_back() -> None:
    printed = sentences("招聘教师126名，出生率为7.52‰。")
    assert repair_figures("招聘教师126。", printed) == "招聘教师126名。"
    assert repair_figures("出生率为7.52%。", printed) == "出生率为7.52‰。"
    assert repair_figures("招聘教师127名。", printed) == "招聘教师127名。"


def test_a_count_of_another_thing_does_not_lend_its_unit() -> None:
    printed = sentences("集中签约12个项目，建设隔膜生产线4条。")
    assert repair_figures("集中签约4个项目。", printed) == "集中签约4个项目。"
    assert repair_figures("建设隔膜生产线4个。", printed) == "建设隔膜生产线4条。"


def test_the_models_own_reading_in_english_is_left_out_and_its_zeros_are_mended() -> None:
    printed = sentences("水厂总投资3.4亿元，日供水能力8万吨，3200余人参赛。")
    assert repair_figures("3200余人 (3,200 people)。", printed) == "3200余人。"
    assert (
        repair_figures("It costs 3.4 billion yuan (3.4 billion yuan) and supplies 8,000 tons a day.", printed)
        == "It costs 3.4亿元 (340 million yuan) and supplies 8万吨 (80,000 tonnes) a day."
    )
    # Another figure is not taken for it.
    assert repair_figures("It supplies 9,000 tons a day.", printed) == "It supplies 9,000 tons a day."


def test_a_day_is_given_the_month_printed_before_it() -> None:
    text = "12月21日至22日，会议连续举行两天。"
    evidence = [Sentence(Article("a", "", text), 0, len(text), text, 0, 1.0, 1.0)]
    assert repair_figures("21日至22日", evidence) == "12月21日至22日"
    assert repair_figures("12月21日至22日", evidence) == "12月21日至22日"
    both = [*evidence, Sentence(Article("b", "", "11月21日开会。"), 0, 9, "11月21日开会。", 0, 1.0, 1.0)]
    assert repair_figures("21日", both) == "21日"


def test_a_bare_number_of_things_takes_the_papers_measure_word() -> None:
    text = "一期线路全长20.9公里，共规划设置10座车站。"
    evidence = [Sentence(Article("a", "", text), 0, len(text), text, 0, 1.0, 1.0)]
    assert repair_figures("10个", evidence, "一期总共有多少个车站") == "10座"
    assert repair_figures("10个", evidence, "一期有多少个换乘通道") == "10个"
    assert repair_figures("10个", evidence) == "10个"


def test_a_count_does_not_take_the_place_of_a_length_nor_of_a_models_number() -> None:
    printed = sentences("营区3公里外遭袭，造成4名人员死亡，发生3起爆炸。")
    assert repair_figures("4公里。", printed, "距营区多少公里？") == "4公里。"
    assert repair_figures("发布了SE 3的机型。", printed) == "发布了SE 3的机型。"


def test_a_bound_that_the_model_left_out_is_put_back() -> None:
    printed = sentences("一名男子驾车冲撞行人，已造成至少一人死亡。")
    question = "冲撞造成了多少人死亡？"
    assert repair_figures("造成了1人死亡。", printed, question) == "造成了至少一人死亡。"
    assert repair_figures("造成了1人死亡。", sentences("冲撞造成1人死亡。"), question) == "造成了1人死亡。"
