"""The rule set as the project ships it."""

from config.rules import read_rules
from lims.results.rules import rule_set

VALUES = read_rules()
RULES = rule_set(VALUES)
