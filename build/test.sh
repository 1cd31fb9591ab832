# Read by ./quorate: `./quorate test` runs everything that CI runs, `./quorate test --quick` compiles and runs the unit
# tests and scenarios. Needs no root, and changes nothing outside this checkout but Maven's and npm's caches.
#
# A part is one run of a tool. Each has a log in target/test, and leaves JUnit's reports in folders that build/TestSummary.java
# reads at the end. A part that breaks (it does not compile, say) counts as one failure, and the parts after it still run.

. "$root/build/build.sh"
. "$root/build/etcd-tools.sh"

logs=$root/target/test
parts=$logs/parts

run_tests() {
    quick=
    case $# in
        0) ;;
        *) [ "$*" = --quick ] || fail "test takes --quick or nothing, not: $*" && quick=yes ;;
    esac
    find_maven
    rm -rf "$logs" "$root"/*/target/*/*-reports
    mkdir -p "$logs"
    : >"$parts"
    test_began=$(date +%s)
    if [ -n "$quick" ]; then
        part "unit tests and scenarios" maven fast -Dfast '-Dtest.excludedGroups=process | slow' test
    else
        run_everything
    fi
    summary
}

run_everything() {
    # The simulator's fresh seeds follow from the commit.
    part "format, analysis, unit tests and scenarios" maven verify \
        "-Dsim.commit=$(git -C "$root" rev-parse HEAD 2>/dev/null || :)" verify
    [ "$jdk_major" -lt 21 ] || skip_part "static analysis" "Error Prone needs JDK 17 to 20 and this is $jdk_version" \
        "set JAVA_HOME to a JDK 17 and run ./quorate test"
    part "the command, built as its first start does" build_command
    part "etcd and etcdctl" find_etcd_tools
    part "real processes" maven verify -Dtest.groups=process -Dtest.excludedGroups=none -Dtest.reports=process-reports \
        "-Dquorate.launcher=$root/quorate" "-Dquorate.etcd=${etcd:-}" "-Dquorate.etcdctl=${etcdctl:-}" test
    if [ "$jdk_major" -ge 25 ]; then
        return
    elif find_newer_jdk; then
        part "unit tests on JDK 25" maven_on_newer_jdk
    else
        skip_part "unit tests on JDK 25" "none was found in JAVA_HOME_25_X64, /usr/lib/jvm or ~/.sdkman" \
            "set JAVA_HOME_25_X64 to a JDK 25 and run ./quorate test"
    fi
}

# Runs the command behind the name $1 and notes how long it took and how it ended.
part() {
    part_name=$1
    shift
    log=$logs/$(printf '%s' "$part_name" | tr -cs 'A-Za-z0-9' '-').log
    : >"$log"
    say "== $part_name"
    part_began=$(date +%s)
    began=$part_began
    part_ended=done
    "$@" || part_ended=broken
    if [ "$part_ended" = broken ]; then
        say "   this part broke; the end of $log:"
        end_of_log
    fi
    printf '%s|%s|%s|%s\n' "$(($(date +%s) - part_began))" "$part_ended" "$part_name" "$log" >>"$parts"
}

skip_part() {
    printf '0|skipped|%s|%s|%s\n' "$1" "$2" "$3" >>"$parts"
}

# Maven with its build in target/$1 of each module. A failed test does not end the run, so that one run shows them all;
# but a test JVM that crashes or hangs must not pass for that reason: such an end is told by the log alone.
maven() {
    folder=$1
    shift
    {
        (cd "$root" && mvn -B -ntp -fae -Dmaven.test.failure.ignore=true "-Dbuild.folder=target/$folder" "$@" 2>&1)
        printf '\nexit code %s\n' "$?"
    } | show_progress || return 1
    ! grep -qE 'forked VM terminated|error in the fork|Error occurred in starting fork' "$log"
}

# In a shell of its own: a failed build ends the shell it runs in.
build_command() (
    build_once
    is_built
)

maven_on_newer_jdk() (
    export JAVA_HOME="$newer_jdk"
    maven jdk25 '-Dtest.excludedGroups=process | slow' test
)

# Sets newer_jdk to a JDK 25 where build servers and distributions put one.
find_newer_jdk() {
    for newer_jdk in "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25*; do
        if [ -n "$newer_jdk" ] && [ -x "$newer_jdk/bin/javac" ]; then
            say "   found JDK 25: $newer_jdk"
            return 0
        fi
    done
    return 1
}

summary() {
    say ""
    "$jdk/bin/java" -XX:TieredStopAtLevel=1 "$root/build/TestSummary.java" "$root" "$parts" "$(($(date +%s) - test_began))"
}

run_tests "$@"
