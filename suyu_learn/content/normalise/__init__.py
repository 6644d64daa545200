"""What authors write in many ways, brought to one: types, answers, options, blanks, grades of difficulty."""
