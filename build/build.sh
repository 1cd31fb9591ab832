# Read by ./quorate when there is something to build. Builds into a new folder below target/quorate and then points
# target/quorate/current at it: whoever runs an older build keeps every file of it.
#
#   target/build.log                what Maven said
#   target/quorate/current          two lines: the name of the folder to use, and where the checkout was when it was built
#   target/quorate/<time>/lib       every jar of the command
#   target/quorate/<time>/built     its time is that of the build's beginning: a source newer than this file wants a build
#   target/quorate/<time>/users     a file for each process that runs for long from this folder, named by its id
#   target/quorate/lock             a symbolic link whose text is the id of the process that builds

lock=$builds/lock

say() {
    printf '%s\n' "$*" >&2
}

# Two starts at once: the second waits, and finds that there is nothing left to build.
build_once() {
    case $root in
        *:*) fail "the path of this checkout holds a colon, which a Java class path cannot: $root
Move the checkout." ;;
    esac
    mkdir -p "$builds" 2>/dev/null && [ -w "$builds" ] || cannot_write "$builds"
    take_lock
    unfinished=
    trap 'rm -f "$lock"' EXIT
    trap 'abandon 129' HUP
    trap 'abandon 130' INT
    trap 'abandon 143' TERM
    if ! is_built; then
        build
    fi
    rm -f "$lock"
    trap - EXIT HUP INT TERM
}

cannot_write() {
    fail "cannot build: cannot write $1.
Make it writable, or copy the checkout to a place of your own."
}

# Ends a build that was told to end: Maven first, which would go on without us and write where the next build does.
abandon() {
    trap '' HUP INT TERM
    if [ -n "$unfinished" ]; then
        if read -r maven 2>/dev/null <"$unfinished/maven"; then
            kill "$maven" 2>/dev/null && wait || : # else it has ended
        fi
        rm -rf "$unfinished"
    fi
    exit "$1"
}

# Making a symbolic link is atomic, and its text names the owner from the first moment.
take_lock() {
    told=
    missed=0
    until ln -s "$$" "$lock" 2>/dev/null; do
        if ! owner=$(readlink "$lock"); then
            # Its owner removed it between the two. Not so again and again: then it cannot be made.
            missed=$((missed + 1))
            [ "$missed" -lt 100 ] || cannot_write "$lock"
            continue
        fi
        missed=0
        if kill -0 "$owner" 2>/dev/null; then
            [ -n "$told" ] || say "waiting for the build of process $owner (if that is none of yours, remove $lock)"
            told=yes
            sleep 1
        else
            drop_lock_of_dead "$owner"
        fi
    done
}

# Its owner died without removing it. Of several that notice, one at a time may look again and remove it.
drop_lock_of_dead() {
    if ln -s "$$" "$lock-$1" 2>/dev/null; then
        if [ "$(readlink "$lock")" = "$1" ]; then
            rm -f "$lock"
        fi
        rm -f "$lock-$1"
    fi
}

build() {
    log=$root/target/build.log
    find_maven
    began=$(date +%s)
    mkdir -p "$root/target"
    new=$(date -u +%Y%m%dT%H%M%S)-$$
    home=$builds/$new
    unfinished=$home
    mkdir -p "$home/lib" "$home/users"
    : >"$home/built"

    if [ -z "$(cached_libraries)" ]; then
        say "Building Quorate; downloading its libraries and Maven's plugins first (once, some 150 MB, into $maven_cache)"
    else
        say "Building Quorate"
    fi
    run_maven || build_failed
    step "collecting the jars"
    collect || build_failed
    step "archiving the classes for a quick start"
    archive_classes

    printf '%s\n%s\n' "$new" "$root" >"$builds/current.$$"
    mv -f "$builds/current.$$" "$builds/current"
    unfinished=
    remove_old_builds
    step "done"
}

step() {
    printf '%4d s  %s\n' "$(($(date +%s) - began))" "$*" >&2
}

build_failed() {
    unfinished=
    rm -rf "$home"
    say ""
    say "The build failed. The last lines of its log:"
    end_of_log
    fail "the build failed; the whole log is in $log"
}

# Without the advice that Maven gives about itself after every error.
end_of_log() {
    sed -E '/^(.\[0m)*$|^(.\[[0-9;]*m)*(\[INFO\] )?Download(ing|ed) from|\[Help 1\] http|\[ERROR\] *$|re-run Maven|Re-run Maven|For more information|After correcting|mvn <args>/d' \
        "$log" | tail -n 25 | sed 's/^/    /' >&2
}

# Sets maven_version; Maven itself is called as mvn.
find_maven() {
    mvn=$(command -v mvn) || fail "needs Maven 3.8 or newer to build, and no mvn is on the PATH.
On Debian and Ubuntu: apt install maven"
    # The version is between colour codes, also where the output is no terminal.
    maven_said=$(mvn -B --version 2>&1) || fail "needs Maven 3.8 or newer to build, but $mvn --version fails:
$maven_said"
    maven_version=$(printf '%s\n' "$maven_said" | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    major=${maven_version%%.*}
    rest=${maven_version#*.}
    minor=${rest%%.*}
    [ "${major:-0}" -gt 3 ] || { [ "${major:-0}" -eq 3 ] && [ "${minor:-0}" -ge 8 ]; } ||
        fail "needs Maven 3.8 or newer to build, but $mvn is version ${maven_version:-unknown}.
Put a newer one first on the PATH: https://maven.apache.org/download.cgi"
    maven_cache=$(printf '%s\n' "${MAVEN_ARGS:-} ${MAVEN_OPTS:-}" | sed -n 's/.*-Dmaven.repo.local=\([^ ]*\).*/\1/p')
    if [ -z "$maven_cache" ] && [ -r "$HOME/.m2/settings.xml" ]; then
        maven_cache=$(sed -n 's/.*<localRepository>\(.*\)<\/localRepository>.*/\1/p' "$HOME/.m2/settings.xml")
    fi
    maven_cache=${maven_cache:-$HOME/.m2/repository}
}

# Any version of the library that parses the command line: no build without it.
cached_libraries() {
    find "$maven_cache/info/picocli/picocli" -name '*.jar' 2>/dev/null
}

# Only what the command needs, without tests and analysis, in folders of its own (see build.folder in pom.xml). In the
# background, since a shell hears a signal while it waits, and not while a command runs in the foreground.
run_maven() {
    {
        (cd "$root" && exec mvn -B -Dfast -Dmaven.test.skip=true -Dbuild.folder=target/fast -pl cli -am package 2>&1) &
        echo "$!" >"$home/maven"
        maven_result=0
        wait "$!" || maven_result=$?
        printf '\nexit code %s\n' "$maven_result" # Maven may end within a line, with a colour code
    } | show_progress &
    wait "$!" || return 1
    rm "$home/maven"
}

# Maven's output goes to the log; of it, a line for each module, and one more for each that has something to download, or it would
# be silent for minutes. Ends as Maven ended.
show_progress() {
    result=1
    module=Maven
    downloads=
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        case $line in
            *'Building Quorate '*'['*']')
                count=${line##*[}
                module=${line#*Building Quorate }
                downloads=
                step "[$count ${module%% *}"
                ;;
            *'Downloading from '*)
                [ -n "$downloads" ] || step "downloading what ${module%% *} needs"
                downloads=yes
                ;;
            'exit code '*) result=${line#exit code } ;;
        esac
    done 3>"$log"
    return "$result"
}

# The jars that Maven listed, ours first because most classes that a verb loads are in them, and the files beside them.
collect() {
    : >"$home/classpath"
    for jar in "$root"/cli/target/fast/quorate-cli-*.jar; do
        add_jar "$jar" || return 1
    done
    tr '|' '\n' <"$root/cli/target/fast/classpath.txt" >"$home/jars"
    echo >>"$home/jars"
    while IFS= read -r jar; do
        if [ -n "$jar" ]; then
            add_jar "$jar" || return 1
        fi
    done <"$home/jars"
    rm "$home/jars"
    quote() {
        printf '%s' "$1" | sed 's/[\\"]/\\&/g'
    }
    {
        printf -- '-Dfile.encoding=UTF-8\n-Dstdout.encoding=UTF-8\n-Dstderr.encoding=UTF-8\n'
        printf -- '-Dsun.stdout.encoding=UTF-8\n-Dsun.stderr.encoding=UTF-8\n'
        printf -- '"-Dquorate.home=%s"\n' "$(quote "$home")"
        printf -- '"-Dquorate.launcher=%s"\n' "$(quote "$root/quorate")"
        printf -- '-cp\n"%s"\n' "$(quote "$(cat "$home/classpath")")"
    } >"$home/java.options"
    rm "$home/classpath"
    cp "$root/LICENSE" "$root/NOTICE" "$root/cli/target/fast/THIRD-PARTY.txt" "$home/" 2>>"$log" || return 1
    if commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null); then
        [ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] || commit="$commit, with changes"
        printf '%s\n' "$commit" >"$home/commit"
    fi
}

add_jar() {
    cp "$1" "$home/lib/" 2>>"$log" || return 1
    printf '%s' "${separator:-}$home/lib/${1##*/}" >>"$home/classpath"
    separator=:
}

# Runs three members and a client in one process, and keeps the classes that they loaded. An archive is only a help: where it
# cannot be made, everything works without it. In the background, as Maven is.
archive_classes() {
    "$jdk/bin/java" "@$home/java.options" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable \
        "-XX:ErrorFile=$home/archiving.log" "-XX:ArchiveClassesAtExit=$home/classes-$jdk_version.jsa" \
        io.quorate.cli.Rehearsal "$home/rehearsal" >>"$log" 2>&1 &
    echo "$!" >"$home/maven"
    wait "$!" || :
    rm -rf "$home/maven" "$home/rehearsal"
}

# Older builds go, but for those from which somebody still runs and the one just replaced: a verb may have begun with it.
remove_old_builds() {
    previous=$(ls -d "$builds"/*T*-* 2>/dev/null | tail -n 2 | head -n 1)
    for old in "$builds"/*T*-*; do
        if [ "$old" != "$home" ] && [ "$old" != "$previous" ] && ! has_users "$old"; then
            rm -rf "$old"
        fi
    done
}

has_users() {
    for user in "$1"/users/*; do
        if kill -0 "${user##*/}" 2>/dev/null; then
            return 0
        fi
    done
    return 1
}
