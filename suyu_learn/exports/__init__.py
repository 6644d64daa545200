"""Rows to files. An export yields rows; something else writes the format."""

from suyu_learn.exports.delimited import Csv
from suyu_learn.exports.tables import Heading, Table
from suyu_learn.exports.workbook import Xlsx

BUILT_IN = (Xlsx(), Csv())

__all__ = ["BUILT_IN", "Csv", "Heading", "Table", "Xlsx"]
