#!/bin/sh
# make_games.sh - make tests/golden/games/ anew: the streams that the games list, and their answers.
#
#     riley=build/riley sh tests/golden/make_games.sh
#
# Checksums stand for the answers, which would be large.  Where games show real numbers the answers
# themselves are kept, as they are compared with a tolerance.  A longer comparison:
#
#     python3 tests/golden/make_games.py seaquest 100000 5 /tmp/s /tmp/a && riley rl drive </tmp/s | cmp - /tmp/a
set -e
riley=$(command -v "${riley:-riley}")
case $riley in /*) ;; *) riley=$PWD/$riley ;; esac
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$riley" rl games --json --episodes 2 | python3 make_games.py streams >"$tmp/streams"
rm -f games/*
: >games/answers.cksum
while read -r name game kind steps seed options; do
	# shellcheck disable=SC2086
	python3 make_games.py "$game" "$steps" "$seed" "games/$name.stream" "$tmp/$name" $options
	case $kind in
	numbers) cp "$tmp/$name" "games/$name.answers" ;;
	*) echo "$name $(cksum <"$tmp/$name")" >>games/answers.cksum ;;
	esac
done <"$tmp/streams"
