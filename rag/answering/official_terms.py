"""Terms of Chinese public life in a question in English, as Chinese newspapers print them.

A small model translates them word for word (高-tech区) and the paper prints something else (高新区), so they are told
to it in Chinese. Only terms that mean one thing are here; of several that fit, the longest counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# A plural is read, too, and a hyphen is as good as a space.
_TERMS = """
zones: high-tech zone=高新区; high-tech development zone=高新区; high-tech industrial development zone=高新区
  economic development zone=经济开发区; economic and technological development zone=经济技术开发区
  development zone=开发区; demonstration zone=示范区; demonstration area=示范区; free trade zone=自贸试验区
  pilot free trade zone=自贸试验区; free trade port=自由贸易港; bonded zone=保税区; industrial park=产业园区
  urban-rural integration=城乡融合; county seat=县城; subdistrict=街道; town centre=城镇
offices: municipal party committee=市委; city party committee=市委; county party committee=县委
  district party committee=区委; provincial party committee=省委; municipal government=市政府
  county government=县政府; district government=区政府; provincial government=省政府; party secretary=党委书记
  municipal party secretary=市委书记; county party secretary=县委书记; district party secretary=区委书记
  administrative committee=管委会; management committee=管委会; party working committee=党工委
  education bureau=教育局
  provincial party secretary=省委书记; party chief=党委书记; deputy mayor=副市长; vice mayor=副市长
  county magistrate=县长; county head=县长; district head=区长; deputy county head=副县长; village cadre=村干部
  first secretary=第一书记; standing committee=常委会; people's congress=人民代表大会; plenary session=全体会议
  national people's congress=全国人民代表大会; npc=全国人大; cppcc=政协; two sessions=两会
  state council=国务院; discipline inspection commission=纪委; supervisory commission=监委
  united front work department=统战部; publicity department=宣传部; organization department=组织部
  women's federation=妇联; trade union federation=总工会; federation of trade unions=总工会
  people's procuratorate=人民检察院; people's court=人民法院; state councilor=国务委员; state councillor=国务委员
  vice premier=副总理; foreign ministry spokesperson=外交部发言人
  national development and reform commission=国家发展改革委; development and reform commission=发展改革委
  national bureau of statistics=国家统计局; bureau of statistics=统计局; people's bank of china=中国人民银行
  ministry of commerce=商务部; ministry of finance=财政部; ministry of education=教育部
  ministry of transport=交通运输部; ministry of public security=公安部; ministry of civil affairs=民政部
  ministry of agriculture and rural affairs=农业农村部; ministry of natural resources=自然资源部
  ministry of ecology and environment=生态环境部; ministry of emergency management=应急管理部
  ministry of human resources and social security=人力资源社会保障部; national health commission=国家卫生健康委
  ministry of industry and information technology=工业和信息化部; ministry of water resources=水利部
  ministry of housing and urban-rural development=住房城乡建设部; ministry of culture and tourism=文化和旅游部
  ministry of science and technology=科技部; ministry of justice=司法部; ministry of foreign affairs=外交部
  general administration of customs=海关总署; state taxation administration=国家税务总局
meetings: work conference=工作会议; work meeting=工作会议; economic work conference=经济工作会议
  government work report=政府工作报告; work report=工作报告; mobilization meeting=动员会; on-site meeting=现场会
  press conference=新闻发布会; video conference=视频会议; opening ceremony=开幕式; closing ceremony=闭幕式
  signing ceremony=签约仪式; groundbreaking ceremony=开工仪式; commendation meeting=表彰大会
  donation ceremony=捐赠仪式
  job fair=招聘会; import expo=进博会; china international import expo=进博会; canton fair=广交会
  fair for trade in services=服贸会; consumer products expo=消博会; economic and trade expo=经贸博览会
  inspection tour=调研; research trip=调研; study tour=考察
economy: gross domestic product=生产总值; gdp=生产总值; fixed-asset investment=固定资产投资
  investment in fixed assets=固定资产投资
  retail sales of consumer goods=社会消费品零售总额; total retail sales=社会消费品零售总额; retail sales=零售额
  industrial added value=工业增加值; value-added industrial output=工业增加值; industrial value added=工业增加值
  industrial enterprise above designated size=规模以上工业企业; enterprise above designated size=规模以上企业
  general public budget revenue=一般公共预算收入; general public budget expenditure=一般公共预算支出
  public budget revenue=公共预算收入; fiscal revenue=财政收入; fiscal expenditure=财政支出; tax revenue=税收收入
  tax and fee cut=减税降费; foreign trade=外贸; imports and exports=进出口; import and export=进出口
  foreign direct investment=实际使用外资; utilized foreign capital=实际使用外资; foreign investment=外资
  foreign-funded enterprise=外资企业; per capita disposable income=人均可支配收入; disposable income=可支配收入
  urban resident=城镇居民; rural resident=农村居民; permanent resident=常住人口; registered population=户籍人口
  new urban job=城镇新增就业; urban job=城镇就业; surveyed urban unemployment rate=城镇调查失业率
  consumer price index=居民消费价格指数; producer price index=工业生产者出厂价格指数
  purchasing managers' index=采购经理指数; small and micro business=小微企业; small and micro enterprise=小微企业
  small and medium-sized enterprise=中小企业; private enterprise=民营企业; private economy=民营经济
  private sector=民营经济; state-owned enterprise=国有企业; central enterprise=中央企业; market entity=经营主体
  business entity=经营主体; self-employed business=个体工商户; listed company=上市公司
  high-tech enterprise=高新技术企业; specialized and sophisticated enterprise=专精特新企业
  leading enterprise=龙头企业
  business environment=营商环境; attracting investment=招商引资; investment promotion=招商引资
  approval time=审批时限; digital economy=数字经济; low-altitude economy=低空经济; silver economy=银发经济
  artificial intelligence=人工智能; integrated circuit=集成电路; new quality productive forces=新质生产力
  consumption voucher=消费券
  equipment renewal=设备更新; equipment upgrade=设备更新; scrapping and replacing=报废更新
  scrapping and renewal=报废更新; ultra-long special treasury bond=超长期特别国债; treasury bond=国债
  special-purpose bond=专项债券; special bond=专项债券; outstanding loan=贷款余额; loan balance=贷款余额
  outstanding balance of loans=贷款余额; reserve requirement ratio=存款准备金率; inclusive finance=普惠金融
  foreign exchange reserves=外汇储备; social logistics=社会物流; express parcel=快递; express delivery=快递
  cross-border e-commerce=跨境电商; service trade=服务贸易; trade in services=服务贸易; patent=专利
country: grain output=粮食产量; summer grain=夏粮; autumn grain=秋粮; high-standard farmland=高标准农田
  arable land=耕地; arable farmland=耕地; irrigated area=灌溉面积; rural revitalization=乡村振兴
  rural vitalization=乡村振兴; poverty alleviation=脱贫攻坚; poverty relief=扶贫; impoverished village=贫困村
  village collective=村集体; collective economy=集体经济; family farm=家庭农场; large-scale grower=种植大户
  farmers' cooperative=农民合作社; spring ploughing=春耕; spring plowing=春耕; wheat harvest=麦收
  greenhouse vegetable=大棚蔬菜; homestay=民宿; rural tourism=乡村旅游; township=乡镇; administrative village=行政村
people: medical insurance=医保; basic medical insurance=基本医保; pension insurance=养老保险
  social security=社会保障; minimum living allowance=低保; subsistence allowance=低保; elderly care=养老服务
  nursing home=养老院; childcare=托育; old residential community=老旧小区; old residential area=老旧小区
  shantytown=棚户区; affordable housing=保障性住房; public rental housing=公租房; urban renewal=城市更新
  resettlement housing=安置房; college entrance examination=高考; college entrance exam=高考
  vocational school=职业学校; compulsory education=义务教育; family doctor=家庭医生; village doctor=村医
  blood donation=无偿献血; people's livelihood=民生; livelihood project=民生实事; migrant worker=农民工
  left-behind child=留守儿童; left-behind children=留守儿童; retired soldier=退役军人; disabled people=残疾人
  model worker=劳动模范; retired cadre=离退休干部; legal aid=法律援助; telecom fraud=电信网络诈骗
  workplace accident=生产安全事故; production safety=安全生产; work safety=安全生产; food safety=食品安全
travel: spring festival travel rush=春运; spring festival travel season=春运; spring festival=春节
  chinese new year=春节; lunar new year=春节; lantern festival=元宵节; tomb-sweeping day=清明节
  qingming festival=清明节; may day holiday=“五一”假期; labor day holiday=“五一”假期; labour day holiday=“五一”假期
  dragon boat festival=端午节; mid-autumn festival=中秋节; national day holiday=国庆假期; national day=国庆
  double ninth festival=重阳节; summer travel rush=暑运; high-speed railway=高铁; high-speed rail=高铁
  expressway=高速公路; new energy vehicle=新能源汽车; charging pile=充电桩
  china-europe freight train=中欧班列; civil aviation=民航; rural road=农村公路; airport throughput=机场吞吐量
  cargo throughput=货物吞吐量; container throughput=集装箱吞吐量; passenger trip=旅客人次
nature: air quality=空气质量; good air quality day=优良天数; day with good air quality=优良天数
  carbon peak=碳达峰; carbon peaking=碳达峰; carbon neutrality=碳中和; energy consumption=能耗
  installed capacity=装机容量; photovoltaic=光伏; wind power=风电; river chief=河长; flood control=防汛
  flood season=汛期; drought relief=抗旱; disaster relief=救灾; forest coverage=森林覆盖率; afforestation=造林
  soil erosion=水土流失; sewage treatment plant=污水处理厂; sewage treatment=污水处理; waste sorting=垃圾分类
  household garbage=生活垃圾; black and odorous water=黑臭水体; wetland park=湿地公园; water diversion=调水
culture: intangible cultural heritage=非物质文化遗产; cultural relic=文物; national fitness=全民健身
  civilized city=文明城市; demonstration base=示范基地; science popularization=科普; red tourism=红色旅游
parties: china democratic league=民盟; revolutionary committee of the chinese kuomintang=民革; kuomintang=国民党
  china national democratic construction association=民建; china association for promoting democracy=民进
  chinese peasants' and workers' democratic party=农工党; china zhi gong party=致公党; jiusan society=九三学社
  taiwan democratic self-government league=台盟; federation of industry and commerce=工商联
policy: belt and road=“一带一路”; belt and road initiative=“一带一路”; chinese modernization=中国式现代化
  common prosperity=共同富裕; high-quality development=高质量发展; high-level opening-up=高水平对外开放
  reform and opening-up=改革开放; party building=党建; new urbanization=新型城镇化; smart city=智慧城市
  streamlining administration=简政放权; dual circulation=双循环; supply-side structural reform=供给侧结构性改革
  unified national market=全国统一大市场; party member=党员; party branch=党支部; grid worker=网格员
"""
_RUN = re.compile(r"(?<![\w-])[A-Za-z']+(?:[ -][A-Za-z']+)*(?![\w-])")
_PAIR = re.compile(r"(?:^\w+: )?([^=;\n]+)=([^=;\n]+)", re.MULTILINE)
_ORDINALS = dict(zip("second third fourth fifth sixth seventh eighth".split(), "二三四五六七八", strict=True))
_COMMITTEES = {"province": "省委", "municipality": "市委", "city": "市委", "county": "县委", "district": "区委"}
_PLAN = re.compile(r"\b(1[0-9])th five[ -]year plan(?: period)?\b|\bfive[ -]year plan\b", re.IGNORECASE)
_PLENARY = re.compile(rf"\b({'|'.join(_ORDINALS)}) plenary (?:session|meeting)\b", re.IGNORECASE)
_SECRETARY = re.compile(
    rf"\b(?P<deputy>deputy )?party (?:secretary|chief) of (?P<place>(?:[A-Z][\w'-]* ){{1,2}})"
    rf"(?P<kind>{'|'.join(_COMMITTEES)})\b",
    re.IGNORECASE,
)
_TRADED_IN = re.compile(r"\btrade-ins?\b(?: program(?:me)?s?\b)?", re.IGNORECASE)  # not the trade in wheat
_SIGNED = re.compile(r"(?<=projects )signed\b|(?<=projects were )signed\b", re.IGNORECASE)
_TENS = "十 十一 十二 十三 十四 十五 十六 十七 十八 十九".split()


def with_terms_in_chinese(question: str) -> str:
    """The English question with such terms in Chinese.

    >>> with_terms_in_chinese("How many new urban jobs did the high-tech zone create in the 14th Five-Year Plan?")
    'How many 城镇新增就业 did the 高新区 create in the “十四五”?'
    """
    told = _PLENARY.sub(lambda found: f"{_ORDINALS[found[1].lower()]}中全会", _PLAN.sub(_plan, question))
    told = _SIGNED.sub("签约", _TRADED_IN.sub("以旧换新", _SECRETARY.sub(_secretary, told)))
    return _RUN.sub(_with_terms, told)


def _secretary(found: re.Match[str]) -> str:
    """Party secretary of Guizhou province is Guizhou 省委书记."""
    return f"{found['place']}{_COMMITTEES[found['kind'].lower()]}{'副' if found['deputy'] else ''}书记"


def _plan(found: re.Match[str]) -> str:
    return f"“{_TENS[int(found[1]) - 10]}五”" if found[1] else "五年规划"


def _with_terms(run: re.Match[str]) -> str:
    """A run of words with every term of the list in Chinese."""
    words = re.split("([ -])", run.group())  # words and what stands between them, in turn
    told, begin = "", 0
    while begin < len(words):
        length = next((size for size in _lengths() if _term(words[begin : begin + size]) and size % 2), 0)
        told += _term(words[begin : begin + length]) if length else words[begin]
        begin += length or 1
    return told


def _term(words: Sequence[str]) -> str:
    return _terms().get(tuple(_stem(word) for word in words[::2]), "")


@lru_cache(maxsize=1)
def _terms() -> dict[tuple[str, ...], str]:
    return {
        tuple(_stem(word) for word in re.split("[ -]", english.strip())): chinese.strip()
        for english, chinese in _PAIR.findall(_TERMS)
    }


@lru_cache(maxsize=1)
def _lengths() -> tuple[int, ...]:
    """How many words, and gaps between them, a term may have, the longest first."""
    return tuple(sorted({2 * len(words) - 1 for words in _terms()}, reverse=True))


def _stem(word: str) -> str:
    """What singular and plural share: counties, county and county's are county."""
    word = re.sub("'s?$", "", word.lower())
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return re.sub("(?<=ss)es$|(?<=x)es$|(?<=[cs]h)es$|(?<!s)s$", "", word)
