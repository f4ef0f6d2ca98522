# Everything here is one call of bot/launch/bootstrap.py, which needs no more than a Python 3.8.
PYTHON ?= $(shell for python in python3 python python3.13 python3.12 python3.11 python3.10 python3.9 python3.8; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && echo "$$python" && break; done)

.PHONY: help run setup test lint lock clean
.DEFAULT_GOAL := help

help:
	@echo "make run    set up whatever is missing or has changed, then start the bot and print its address"
	@echo "make setup  set up only: environments, data, models, front end"
	@echo "make test   set up, then check the code and run every test"
	@echo "make lint   check the code: style, format, types"
	@echo "make lock   resolve pyproject.toml into locks/ anew"
	@echo "make clean  remove what set-up made; conversations and imported packs are kept"

run setup test lint lock clean:
	@test -n "$(PYTHON)" || { echo "make $@: needs a Python 3.8 or newer on PATH; there is none" >&2; exit 1; }
	@exec "$(PYTHON)" -m bot.launch.bootstrap $@
