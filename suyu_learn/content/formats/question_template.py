"""The workbook that organizers fill in: examples that import as they are, and a sheet of explanations."""

from __future__ import annotations

import io

HEADINGS = (
    "题型", "题干", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "正确答案", "解析", "难度", "知识点", "分值",
    "来源",
)  # fmt: skip
EXAMPLES = (
    ("单选题", "木工车间清扫积尘，哪种做法最安全？", "用压缩空气吹", "用防爆吸尘器吸", "用扫帚快速扫", "等下班再说",
     "", "",
     "B", "压缩空气和快扫会扬起粉尘云，遇火源可能爆炸。", "易", "粉尘防爆", "2",
     "《粉尘防爆安全规程》（GB 15577-2018）"),
    ("多选题", "收到“快递丢失，双倍理赔”的电话，应该怎么做？", "不点对方发来的链接", "到官方平台核实",
     "按要求共享手机屏幕",
     "拨打96110咨询", "", "", "ABD", "共享屏幕会泄露验证码和密码。", "中", "防骗", "2",
     "《中华人民共和国反电信网络诈骗法》"),
    ("判断题", "抗生素对流感病毒有效。", "", "", "", "", "", "", "错误", "抗生素只对细菌起作用，对病毒无效。",
     "易", "健康",
     "1", "世界卫生组织关于抗生素耐药性的说明"),
    ("填空题", "水在标准大气压下的沸点是____摄氏度。", "", "", "", "", "", "", "100;一百",
     "答案有几种写法时用分号隔开。",
     "易", "物理常识", "2", "《义务教育物理课程标准（2022年版）》"),
)  # fmt: skip
EXPLANATIONS = (
    ("题型", "必填。单选题、多选题、判断题、填空题。"),
    ("题干", "必填。填空题用四个下划线 ____ 表示一个空，有几个空就写几处。最多2000字。"),
    ("选项A 到 选项F", "单选题、多选题至少两个选项，用不到的留空。每个选项最多500字。"),
    ("正确答案", "必填。单选写一个字母，如 B；多选写全部字母，如 ABD；判断写 正确 或 错误；"
                 "填空题的几个空用 | 隔开，一个空的几种写法用 ; 隔开，如 北京|上海;沪。"),
    ("解析", "考试后给学员看的讲解。建议填写。"),
    ("难度", "易、中、难，或 0 到 1 的难度系数（越大越容易）。不填按中等。"),
    ("知识点", "用于抽题和统计，几个知识点用逗号隔开。"),
    ("分值", "只作建议，组卷时可以另定。"),
    ("来源", "题目依据的法规、标准或教材。不填时记为文件名和日期。"),
    ("怎么用", "删掉“题库”表里的示例行，填入自己的题目，保存后上传。"
               "上传后先预览，确认无误再导入，导入后也可以整批撤回。"),
    ("其他写法", "列名和写法不必与模板完全一致：题目、答案、A选项、标准答案、√ × 等常见写法都能识别。"),
)  # fmt: skip


def workbook() -> io.BytesIO:
    """The template as a file."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})  # fmt: skip
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4EEE7", "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("题库")
    sheet.set_column(0, len(HEADINGS) - 1, 14, text)
    sheet.set_column(1, 1, 44, text)
    sheet.set_column(9, 9, 36, text)
    for row, cells in enumerate((HEADINGS, *EXAMPLES)):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, column, cell, text if row else head)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 0, 19_999, 0, {"validate": "list", "source": ["单选题", "多选题", "判断题", "填空题"],
                                            "error_type": "warning"})  # fmt: skip
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 20, text)
    notes.set_column(1, 1, 90, text)
    for row, (name, told) in enumerate((("列", "怎么填"), *EXPLANATIONS)):
        notes.write_string(row, 0, name, text if row else head)
        notes.write_string(row, 1, told, text if row else head)
    book.close()
    stream.seek(0)
    return stream
