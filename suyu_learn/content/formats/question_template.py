"""The workbook that organizers fill in: examples that import as they are, and a sheet of explanations."""

from __future__ import annotations

import io

HEADINGS = (
    "题型", "题干", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "正确答案", "解析", "难度", "知识点", "分值",
    "来源", "关键词", "误差", "单位", "匹配项", "题组",
)  # fmt: skip
TYPE_NAMES = {
    "single": "单选题", "multiple": "多选题", "true_false": "判断题", "fill_in": "填空题", "numeric": "计算题",
    "ordering": "排序题", "matching": "连线题", "cloze": "完形填空", "short_answer": "简答题", "essay": "论述题",
    "group": "材料题",
}  # fmt: skip
"""What each type is called in the first column."""
WIDTHS = {"题干": 44, "解析": 36, "匹配项": 24, "关键词": 24}
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
    ("计算题", "质量为 2 千克的物体受到的重力是多少？（g 取 9.8）", "", "", "", "", "", "", "19.6",
     "G = mg。", "中",
     "物理常识", "2", "", "", "0.1", "牛"),
    ("排序题", "发现有人触电，按先后排好下面的做法。", "拨打120", "切断电源", "检查呼吸并施救", "", "", "", "BCA",
     "先断电，才不会再伤到人。", "中", "急救", "2", ""),
    ("连线题", "把安全色和它的含义连起来。", "红色", "黄色", "蓝色", "", "", "", "A-2，B-1，C-3", "", "易",
     "安全标志", "3", "", "", "", "", "1. 警告\n2. 禁止\n3. 指令\n4. 提示"),
    ("完形填空", "进入有限空间前，应当先____，再____。", "通风\n点火", "作业\n检测", "", "", "", "", "A|B",
     "先通风、再检测、后作业。", "易", "有限空间", "2", ""),
    ("简答题", "灭火器的使用步骤是什么？", "", "", "", "", "", "",
     "提起灭火器，拔下保险销，握住喷管，压下压把。",
     "记住“提、拔、握、压”。", "易", "消防", "4", "", "提（1分）；拔（1分）；握（1分）；压/按（1分）"),
    ("论述题", "结合本单位实际，谈谈怎样做好班前安全教育。", "", "", "", "", "", "", "", "", "难", "安全管理",
     "10", ""),
    ("材料题", "某木器厂打磨车间发生粉尘爆炸。调查发现，除尘器停用三天，墙面和地面积尘很厚。",
     *[""] * 16, "材料1"),
    ("判断题", "这起事故与积尘没有及时清理有关。", "", "", "", "", "", "", "正确", "", "易", "粉尘防爆", "2",
     *[""] * 5, "材料1"),
)  # fmt: skip
EXPLANATIONS = (
    ("题型", "必填。单选题、多选题、判断题、填空题、计算题、排序题、连线题、完形填空、简答题、论述题、材料题。"),
    ("题干", "必填。填空题用四个下划线 ____ 表示一个空，有几个空就写几处。最多2000字。"),
    ("选项A 到 选项F", "单选题、多选题至少两个选项，用不到的留空。每个选项最多500字。"),
    ("正确答案", "必填。单选写一个字母，如 B；多选写全部字母，如 ABD；判断写 正确 或 错误；"
                 "填空题的几个空用 | 隔开，一个空的几种写法用 ; 隔开，如 北京|上海;沪。"),
    ("计算题", "“正确答案”写数字，“误差”写允许差多少（0.1 或 5%），“单位”写单位。"),
    ("排序题", "选项是要排的内容，“正确答案”写正确的顺序，如 BCA。"),
    ("连线题", "选项是左边的内容，“匹配项”每行写一个右边的内容，“正确答案”写对应关系，如 A-2，B-1。"),
    ("完形填空", "题干每个空写 ____；选项A 写第一个空的各个选项（每行一个），选项B 写第二个空的，依此类推；"
                 "“正确答案”写每个空的字母，用 | 隔开。"),
    ("简答题", "“正确答案”写参考答案；“关键词”写得分的词和分值，如 通风（2分）；检测/测氧（2分），按词自动判分；"
               "不写关键词就由人工阅卷。论述题都由人工阅卷。"),
    ("材料题", "材料单独占一行，“题组”写一个名字；它的小题写在下面，“题组”写同一个名字。"),
    ("图片", "把图片放在题干、选项或解析的单元格上（浮动或嵌入单元格都可以），导入时会跟着那一格。"),
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
    for place, name in enumerate(HEADINGS):
        if name in WIDTHS:
            sheet.set_column(place, place, WIDTHS[name], text)
    for row, cells in enumerate((HEADINGS, *EXAMPLES)):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, column, cell, text if row else head)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 0, 19_999, 0, {"validate": "list", "source": list(TYPE_NAMES.values()),
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
