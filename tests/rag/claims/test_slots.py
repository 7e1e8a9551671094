"""Mood, place, members and parts of a piece of text."""

import pytest

from rag.claims.slots import is_part, level_of, members_in, mood_of, places_in, tells_a_fact


@pytest.mark.parametrize(
    ("text", "mood", "word"),
    [
        ("拟聘护士12名", "plan", "拟"),
        ("窑厂计划2023年4月点火", "plan", "计划"),
        ("码头规划2028年建成", "plan", "规划"),
        ("茶园扩建计划12月动工", "plan", "计划"),
        ("完成计划数60亩的八成", "fact", ""),
        ("力争今冬供暖4万户", "plan", "力争"),
        ("将继续招募讲解员12名", "plan", "将"),
        ("预计秋后铺轨42公里", "forecast", "预计"),
        ("项目有望带动就业500人", "forecast", "有望"),
        ("桥墩并未开裂", "denied", "未"),
        ("12名学生没有返校", "denied", "没有"),
        ("演唱会推迟至5月", "cancelled", "推迟"),
        ("网传3名船员落水", "hearsay", "网传"),
        ("已搭大棚12座", "fact", ""),
        ("将军路铺沥青3公里", "fact", ""),
        ("未成年犯8名", "fact", ""),
        ("一般公共预算支出12亿元", "fact", ""),
        ("完成年度计划的62%", "fact", ""),
        ("准备了30吨融雪剂", "fact", ""),
    ],
)
def test_a_clause_says_whether_it_tells_a_fact(text: str, mood: str, word: str) -> None:
    assert mood_of(text) == (mood, word)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("已架线3公里", True),
        ("累计清淤9万方", True),
        ("截至昨日封堵4处", True),
        ("目前在架线", True),
        ("签了3份合同", True),
        ("共建3座花园", False),
        ("共享单车3辆", False),
        ("再架线3公里", False),
        ("打算架线", False),
        ("实际到账2万元", True),
    ],
)
def test_a_clause_may_say_that_it_happened(text: str, tells: bool) -> None:
    assert tells_a_fact(text) is tells


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("全市签约", ("全市",)),
        ("咱们县种了甜菜", ("全县",)),
        ("我国有湿地", ("全国",)),
        ("市里补贴了", ("全市",)),
        ("柳河镇育苗", ("柳河镇",)),
        ("新阳街道居民", ("新阳街道",)),
        ("临江县与望江县", ("临江县", "望江县")),
        ("石桥镇王家村", ("石桥镇", "王家村")),
        ("广西壮族自治区", ("广西壮族自治区",)),
        ("江北县有学校12所", ("江北县",)),  # the dictionary cuts 江北 县有
        ("云湖镇种茶300亩", ("云湖镇",)),
        ("今年示范区签约", ()),  # of which zone is not said, and 今年 is none
        ("近期开发区投产", ()),
        ("去年街道清淤", ()),
        ("县长调研", ()),
        ("各乡镇都种", ()),
        ("城镇与农村", ()),
        ("该镇的集市", ()),
        ("上海市场行情", ()),
        # That with which something is compared is no place of it.
        ("茶价比全省高多少", ()),
        ("咱县粮价比全国贵几毛", ("全县",)),
        ("云湖镇比石桥镇多修几里", ("云湖镇",)),
        ("和全市比低几个点", ()),
        ("人均收入高于全省平均水平", ()),
        ("降幅与全市平均差多少", ()),
        ("同比增长7%，全市有9家", ("全市",)),
        ("全市和全县的水库", ("全市", "全县")),
        ("同全镇居民一道", ("全镇",)),
    ],
)
def test_places_are_named_or_pointed_at(text: str, places: tuple[str, ...]) -> None:
    assert places_in(text) == places


@pytest.mark.parametrize(
    ("place", "level"),
    [
        ("全国", "国"),
        ("广西壮族自治区", "省"),
        ("甘南藏族自治州", "市"),
        ("宁州市", "市"),
        ("青禾县", "县"),
        ("城东区", "区"),
        ("柳河镇", "镇"),
        ("新阳街道", "镇"),
        ("青浦社区", "村"),
        ("王家村", "村"),
        ("北山乡", "乡"),
    ],
)
def test_a_place_has_a_level(place: str, level: str) -> None:
    assert level_of(place) == level


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("一等奖作品", {("prize", "一等")}),
        ("第七届灯会", {("届", "7")}),
        ("4号线客流", {("号线", "4")}),
        ("二期厂房", {("期", "2")}),
        ("第5轮谈判", {("轮", "5")}),
        ("第三批次疫苗", {("批", "3")}),
        ("农村住户人均开支", {("residence", "乡"), ("per", "人")}),
        ("男子接力", {("sex", "男")}),
        ("进口额", {("trade", "进口")}),
        ("进出口额", {("trade", "进出口")}),
        ("三四标段开挖", {("标段", "3"), ("标段", "4")}),
        ("六、七号线贯通", {("号线", "6"), ("号线", "7")}),
        ("第一和第二轮报价", {("轮", "1"), ("轮", "2")}),
        ("十四期培训", {("期", "14")}),
        ("一届三次全会", {("届", "1"), ("次", "3")}),
        ("比上一轮多两家", set()),
        ("下一届再议", set()),
        ("这一批苗木", set()),
        ("最多一天卖出", {("extreme", "大")}),
        ("最高一档", {("extreme", "大")}),
        ("最少的村", {("extreme", "小")}),
        ("第3期间歇训练", set()),
        ("26路车夜班", {("路", "26")}),
        ("26路公交改线", {("路", "26")}),
        ("26、27路车停驶", {("路", "26"), ("路", "27")}),
        ("十四路公交车", {("路", "14")}),
        ("走访组兵分六路", set()),
        ("6路口、8路段", set()),
        ("第六批次树苗", {("批", "6")}),
        ("第六批树苗", {("批", "6")}),
        ("六中操场", {("中", "6")}),
        ("第六中学的操场", {("中", "6")}),
        ("第六中学学生", {("中", "6")}),
        ("春耕现场", set()),
        ("农产品销量", {("indicator", "销量")}),
        ("存贷款余额", {("indicator", "存贷款")}),
        ("人均可支配收入", {("per", "人"), ("indicator", "可支配收入")}),
    ],
)
def test_members_of_a_class_are_named(text: str, members: set[tuple[str, str]]) -> None:
    assert members_in(text) == members


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("其中女工12名", True),
        ("这其中9头", True),
        ("包括教师3名", True),
        ("包含帆船2艘", True),
        ("含马匹4头", True),
        ("12人其中3人", False),
        ("女工12名", False),
        ("面包3个", False),
        ("共12名", False),
        ("内含钙质", False),
    ],
)
def test_a_part_says_so_at_its_beginning(text: str, part: bool) -> None:
    assert is_part(text) is part
