"""An error of the program in a few Chinese words, for who runs it."""

from __future__ import annotations

from rag import errors

_ERROR_TITLES: tuple[tuple[type[errors.BaowenError], str], ...] = (
    (errors.ArticleNotFoundError, "没有这篇报道"),
    (errors.ModelNotFetchedError, "模型还没有下载"),
    (errors.ModelDamagedError, "模型文件不完整"),
    (errors.ModelFetchError, "模型没能下载"),
    (errors.ModelError, "模型不能使用"),
    (errors.VectorIndexError, "索引文件不能使用"),
    (errors.SettingsError, "设置有误"),
    (errors.SourceError, "文件读不出报道"),
    (errors.StoreLockedError, "报纸库正被另一个程序写入"),
    (errors.StoreMismatchError, "报纸库与当前模型不符"),
    (errors.StoreError, "报纸库不能使用"),
    (errors.QuestionError, "问题或筛选条件有误"),
    (errors.GenerationError, "模型没能作答"),
    (errors.GoldFileError, "评测文件格式不符"),
)


def error_title(error: BaseException) -> str:
    """What went wrong, in a few Chinese words; the error's own message has the rest."""
    return next((title for kind, title in _ERROR_TITLES if isinstance(error, kind)), "没能完成")
