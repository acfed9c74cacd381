#!/bin/sh
# ci_run.sh - what .ci/run says at its end, on a made-up project whose tests fail in every way.
: "${srcdir:=.}" "${builddir:=.}"
. "$srcdir/tests/support/shell_tap.sh"
cd "$tmp" || exit 99

for program in git bash make; do
	[ -n "$(command -v $program)" ] && continue
	skip ".ci/run" "$program is not here"
	finish
done

# The project: its quickstart and its configure leave behind what a test of these words gives.
mkdir -p project/.ci project/build-aux
cp "$srcdir/.ci/run" project/.ci/run
cp "$srcdir/build-aux/tap-driver.sh" project/build-aux
cat >project/given <<'END'
#!/bin/sh
# given FOLDER: runs each test of the project there, as automake would.
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/tests" && cd "$1" || exit 1
for t in "$here"/*.test; do
	name=$(basename "$t" .test)
	sh "$here/build-aux/tap-driver.sh" --test-name "tests/$name" --log-file "tests/$name.log" --trs-file "tests/$name.trs" \
		--color-tests no --enable-hard-errors yes --expect-failure no -- sh "$t"
done
! grep -q -E '^:test-result: (FAIL|XPASS|ERROR)' tests/*.trs
END
printf '#!/bin/sh\nexec "$(dirname "$0")/given" "$(dirname "$0")/build"\n' >project/quickstart
printf '#!/bin/sh\nprintf "all:\\ncheck:\\n\\t../given .\\n" >Makefile\n' >project/configure
chmod +x project/given project/quickstart project/configure project/.ci/run

# run: commits what is there and runs the script; its output is in `out`.
run() {
	(cd project && git init -q . && git add -A . \
		&& git -c user.name=a -c user.email=a@b commit -q -m "so") >git.out 2>&1 || cat git.out
	status=0
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL TMPDIR="$tmp" bash project/.ci/run >out 2>&1 || status=$?
}

cat >project/good.test <<'END'
echo "ok 1 - fine"
echo "# nothing to complain of"
echo "ok 2 - fine too"
echo "1..2"
END
run
check "all is well: status 0" test $status -eq 0
check "... in the last line" test "$(tail -n 1 out)" = "4 passed, 0 failed"
check "... and nothing more is said" sh -c '! grep -q "nothing to complain of" out'

cat >project/bad.test <<'END'
echo "ok 1 - fine"
echo "# of what is fine"
echo "not ok 2 - it shows"
echo "# no 'dashboard' on:"
echo "# an empty screen"
echo "ok 3 - fine again"
echo "# of what is fine again"
echo "1..3"
END
cat >project/crash.test <<'END'
echo "1..2"
echo "ok 1 - before it"
echo "a stack, and what was on it"
exit 3
END
run
check "failures: status 1" test $status -eq 1
check "... counted in the last line" test "$(tail -n 1 out)" = "10 passed, 6 failed"
sed '1,/^-- /d' out >end
check "... named at the end" grep -q '^FAIL: tests/bad 2 - it shows$' end
check "... with what stands behind them" grep -q '^# an empty screen$' end
check "... in both builds" test "$(grep -c '^# an empty screen$' end)" -eq 2
check "... and nothing of what is fine" sh -c '! grep -q fine end'
check "a crash: what the test said last" grep -q '^a stack, and what was on it$' end
check "... the log is named" grep -q '^-- build-sanitizers/tests/crash.log$' end

printf 'echo "not ok 1 - long"\ni=0\nwhile [ $i -lt 500 ]; do echo "# line $i"; i=$((i + 1)); done\necho 1..1\n' >project/long.test
for k in 1 2 3 4 5 6; do cp project/long.test project/long$k.test; done
run
sed '1,/^== make check under/d' out | sed '1,/^-- /d' >end
check "much to be said: not all of it" test "$(wc -l <end)" -le 101
check "... but something of the next one too" grep -q '^-- build.*/long2' end
check "... and the last line is the sum" grep -q '^10 passed, 20 failed$' end
finish
