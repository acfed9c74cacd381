#!/bin/sh
# make_games.sh - make tests/golden/games/ anew: a stream for each game, and what answers it.
#
# Checksums stand for the answers, which would be large; eyes has the answers themselves, as its numbers
# are compared with a tolerance.  A longer comparison:
#
#     python3 tests/golden/make_games.py seaquest 100000 5 /tmp/s /tmp/a && riley rl drive </tmp/s | cmp - /tmp/a
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
: >games/answers.cksum
while read -r name game steps seed options; do
	# shellcheck disable=SC2086
	python3 make_games.py "$game" "$steps" "$seed" "games/$name.stream" "$tmp/$name" $options
	if [ "$game" = eyes ]; then cp "$tmp/$name" "games/$name.answers"; else
		echo "$name $(cksum <"$tmp/$name")" >>games/answers.cksum
	fi
done <<END
asterix asterix 2500 1 sticky=0.1 ramping=1
asterix_easy asterix 600 2 sticky=0.25 ramping=0
breakout breakout 2500 7
freeway freeway 2800 4
seaquest seaquest 3000 5 sticky=0.1 ramping=1
seaquest_easy seaquest 800 6 sticky=0 ramping=0
space_invaders space_invaders 2500 7 sticky=0.1 ramping=1
lake4 lake4 500 8
lake4_plain lake4 400 9 slippery=0
lake8 lake8 700 10
catch catch 400 11
eyes eyes 500 12
eyes_corrected eyes 200 13 corrected=1
END
