# Read by ./quorate: `./quorate format` rewrites the sources in the project's format; `./quorate test` only checks it.
# The bom has no parent, and so no say in which formatter is used.

. "$root/build/build.sh"
[ $# -eq 0 ] || fail "format takes no arguments, not: $*"
find_maven
(cd "$root" && mvn -B -ntp -q -pl '!bom' com.diffplug.spotless:spotless-maven-plugin:apply)
