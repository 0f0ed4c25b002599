"""The rule set as the project ships it."""

from config.kits import read_kits
from config.rules import read_rules
from lims.results.rules import rule_set

VALUES = read_rules()
KITS = [str(one["name"]) for one in read_kits()]
RULES = rule_set(VALUES, KITS)
