package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./quorate} in a small checkout of its own, with a java that prints its arguments and a Maven that counts its
 * builds. The path has spaces in every test, and on the PATH are only the tools that the launcher may need.
 */
@Tag("process")
@Timeout(120)
final class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "cat",
            "cp",
            "date",
            "find",
            "git",
            "grep",
            "head",
            "ln",
            "ls",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sh",
            "sleep",
            "tail",
            "tr");

    @TempDir
    private Path temporary = Path.of("");

    private Path home = Path.of("");
    private Path checkout = Path.of("");
    private Path tools = Path.of("");

    private record Outcome(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }

        /** The folder whose options java was started with: its first argument is {@code @FOLDER/java.options}. */
        Path build() {
            return Path.of(lines().get(0).replaceFirst("^@(.*)/java.options$", "$1"));
        }
    }

    @BeforeEach
    void layOutACheckout() throws IOException {
        home = Files.createDirectories(temporary.resolve("a home"));
        checkout = Files.createDirectories(temporary.resolve("a check out"));
        tools = Files.createDirectories(temporary.resolve("some tools"));
        for (String tool : TOOLS) {
            Path found = Stream.of("/usr/bin/", "/bin/")
                    .map(folder -> Path.of(folder + tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            script(tools.resolve(tool), "exec " + found + " \"$@\"\n");
        }
        for (String file : List.of("quorate", "build/build.sh", "pom.xml", "LICENSE", "NOTICE", "cli/pom.xml")) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(Checkout.root().resolve(file), copy);
        }
        Files.createDirectories(checkout.resolve(".mvn"));
        write(checkout.resolve("cli/src/main/java/Main.java"), "");
        age(checkout);
    }

    /** Everything written so far is an hour old, so that what a test writes later is newer than a build in between. */
    private static void age(Path folder) throws IOException {
        FileTime anHourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, anHourAgo);
            }
        }
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Path jdk(String version) throws IOException {
        Path jdk = temporary.resolve("a jdk " + version);
        script(jdk.resolve("bin/javac"), "echo 'javac " + version + "'\n");
        script(jdk.resolve("bin/java"), "for argument; do printf '%s\\n' \"$argument\"; done\n");
        write(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    /** A Maven that counts its builds in a file, runs {@code more}, and leaves what the launcher collects. */
    private void maven(String version, String more) throws IOException {
        script(tools.resolve("mvn"), """
                case "$*" in *--version*) printf '\\033[1mApache Maven %s\\033[m\\n'; exit;; esac
                echo built >>'%s'
                echo '[INFO] Building Quorate raft 0.1.0-SNAPSHOT                 [1/2]'
                echo '[INFO] Building Quorate cli 0.1.0-SNAPSHOT                  [2/2]'
                %s
                mkdir -p cli/target/fast
                echo jar >cli/target/fast/quorate-cli-0.jar
                echo none >cli/target/fast/THIRD-PARTY.txt
                echo jar >'%s/a library.jar'
                printf '%%s' '%s/a library.jar' >cli/target/fast/classpath.txt
                """.formatted(version, builds(), more, temporary, temporary));
    }

    private Path builds() {
        return temporary.resolve("builds");
    }

    private long buildCount() throws IOException {
        return Files.exists(builds()) ? Files.readAllLines(builds()).size() : 0;
    }

    private ProcessBuilder launcher(Path launcher, Map<String, String> environment, String... arguments) {
        ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Arrays.stream(arguments))
                        .toList());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().putAll(environment);
        return builder.directory(temporary.toFile());
    }

    private Outcome run(Path jdk, String... arguments) throws Exception {
        return run(Map.of("JAVA_HOME", jdk.toString()), arguments);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return finish(launcher(checkout.resolve("quorate"), environment, arguments));
    }

    private static Outcome finish(ProcessBuilder builder) throws Exception {
        Path err = Files.createTempFile("launcher", ".err");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Outcome outcome = new Outcome(process.waitFor(), out, Files.readString(err));
        Files.delete(err);
        return outcome;
    }

    @Test
    void withoutAnyJdkItSaysWhereItLooked() throws Exception {
        Outcome outcome = run(Map.of(), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("version 17 or newer", "JAVA_HOME is not set", "no javac is on the PATH");
    }

    @Test
    void aJavaHomeWithoutCompilerIsNamed() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("a jre"));
        Outcome outcome = run(folder, "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("JAVA_HOME is " + folder, "bin/javac is missing");
    }

    @Test
    void anOldJdkIsNamedWithItsVersionAndPlace() throws Exception {
        Path old = jdk("11.0.2");
        Outcome outcome = run(old, "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("JAVA_HOME is " + old, "version 11.0.2", "17 or newer");
    }

    @Test
    void anOldJdkOnThePathIsFoundThroughItsLinkAndAsked() throws Exception {
        Path old = jdk("1.8.0_302");
        Files.delete(old.resolve("release"));
        Files.createSymbolicLink(tools.resolve("javac"), old.resolve("bin/javac"));
        Outcome outcome = run(Map.of(), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains(tools.resolve("javac").toString(), "version 1.8.0_302");
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Outcome outcome = run(jdk("17.0.1"), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("Maven 3.8 or newer", "no mvn is on the PATH");
    }

    @Test
    void anOldMavenIsNamedWithItsVersionAndPlace() throws Exception {
        maven("3.6.3", "");
        Outcome outcome = run(jdk("17.0.1"), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("Maven 3.8 or newer", tools.resolve("mvn") + " is version 3.6.3");
        assertThat(buildCount()).isZero();
    }

    @Test
    void aMavenOfTheNextGenerationIsTaken() throws Exception {
        maven("4.0.0-rc-3", "");
        assertThat(run(jdk("17.0.1"), "get", "x").exitCode()).isZero();
    }

    @Test
    void aBuildShowsItsStepsAndLeavesTheOutputToTheCommand() throws Exception {
        maven("3.8.7", "");
        Outcome outcome = run(jdk("17.0.1"), "get", "two words", "*");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err().lines())
                .anyMatch(line -> line.matches(" +\\d+ s  \\[1/2\\] raft"))
                .anyMatch(line -> line.matches(" +\\d+ s  \\[2/2\\] cli"));
        assertThat(outcome.lines()).endsWith("io.quorate.cli.Main", "get", "two words", "*");
        Path build = outcome.build();
        assertThat(build.resolve("lib")).isDirectoryContaining(jar -> jar.endsWith("a library.jar"));
        assertThat(build.resolve("java.options")).content().contains("lib/quorate-cli-0.jar:", "lib/a library.jar\"");
    }

    @Test
    void theFirstLineSaysWhetherItDownloads() throws Exception {
        maven("3.8.7", "");
        assertThat(run(jdk("17.0.1"), "get", "x").err().lines().findFirst().orElseThrow())
                .contains("downloading", home + "/.m2/repository");
        write(home.resolve(".m2/repository/info/picocli/picocli/1/picocli-1.jar"), "");
        write(checkout.resolve("cli/src/main/java/Main.java"), "changed");
        assertThat(run(jdk("17.0.1"), "get", "x").err().lines().findFirst().orElseThrow())
                .isEqualTo("Building Quorate");
    }

    @Test
    void itBuildsAgainWhenASourceChangesOrGoesAndOnlyThen() throws Exception {
        maven("3.8.7", "");
        Path source = write(checkout.resolve("cli/src/main/java/Other.java"), "");
        age(checkout);
        run(jdk("17.0.1"), "get", "x");
        assertThat(run(jdk("17.0.1"), "get", "x").err()).isEmpty();
        assertThat(buildCount()).isEqualTo(1);
        write(source, "changed");
        run(jdk("17.0.1"), "get", "x");
        assertThat(buildCount()).isEqualTo(2);
        Files.delete(source);
        run(jdk("17.0.1"), "get", "x");
        assertThat(buildCount()).isEqualTo(3);
        run(jdk("17.0.1"), "get", "x");
        assertThat(buildCount()).isEqualTo(3);
    }

    @Test
    void aMovedCheckoutIsBuiltAgain() throws Exception {
        maven("3.8.7", "");
        run(jdk("17.0.1"), "get", "x");
        checkout = Files.move(checkout, temporary.resolve("elsewhere"));
        assertThat(run(jdk("17.0.1"), "get", "x").lines().get(0)).startsWith("@" + checkout);
    }

    @Test
    void itWorksThroughRelativeAndAbsoluteLinksFromAnyFolder() throws Exception {
        maven("3.8.7", "");
        Path first = Files.createSymbolicLink(
                Files.createDirectories(temporary.resolve("bin")).resolve("first"), Path.of("../a check out/quorate"));
        Path second = Files.createSymbolicLink(temporary.resolve("second"), first);
        for (Path link : List.of(first, second)) {
            Outcome outcome =
                    finish(launcher(link, Map.of("JAVA_HOME", jdk("17.0.1").toString()), "get", "x"));
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.lines().get(0)).startsWith("@" + checkout);
        }
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        Path gate = temporary.resolve("gate");
        assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor())
                .isZero();
        maven("3.8.7", "read -r go <'" + gate + "'");
        Map<String, String> environment = Map.of("JAVA_HOME", jdk("17.0.1").toString());
        Process first =
                launcher(checkout.resolve("quorate"), environment, "get", "x").start();
        try (BufferedReader firstSays = errorsOf(first)) {
            readUntil(firstSays, "[2/2]");
            Process second = launcher(checkout.resolve("quorate"), environment, "get", "x")
                    .start();
            try (BufferedReader secondSays = errorsOf(second)) {
                readUntil(secondSays, "waiting for the build of process " + first.pid());
                Files.writeString(gate, "go\n");
                assertThat(second.waitFor()).isZero();
            }
            assertThat(first.waitFor()).isZero();
        }
        assertThat(buildCount()).isEqualTo(1);
        assertThat(checkout.resolve("target/quorate/lock")).doesNotExist();
    }

    private static BufferedReader errorsOf(Process process) {
        return new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    }

    private static void readUntil(BufferedReader lines, String part) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.contains(part)) {
            line = lines.readLine();
        }
        assertThat(line).isNotNull();
    }

    @Test
    void theLockOfADeadBuildIsTakenOver() throws Exception {
        maven("3.8.7", "");
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(checkout.resolve("target/quorate"));
        Files.createSymbolicLink(checkout.resolve("target/quorate/lock"), Path.of(Long.toString(dead.pid())));
        assertThat(run(jdk("17.0.1"), "get", "x").exitCode()).isZero();
        assertThat(buildCount()).isEqualTo(1);
    }

    @Test
    void aFailedBuildShowsTheEndOfItsLogAndLeavesNothing() throws Exception {
        maven("3.8.7", "echo '[ERROR] Main.java: a semicolon is missing'; exit 1");
        Outcome outcome = run(jdk("17.0.1"), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        Path log = checkout.resolve("target/build.log");
        assertThat(outcome.err()).contains("a semicolon is missing", log.toString());
        assertThat(log).content().contains("a semicolon is missing");
        assertThat(checkout.resolve("target/quorate")).isEmptyDirectory();
        maven("3.8.7", "");
        assertThat(run(jdk("17.0.1"), "get", "x").exitCode()).isZero();
    }

    @Test
    void anOlderBuildStaysWhileAProcessRunsFromIt() throws Exception {
        maven("3.8.7", "");
        Path used = build();
        write(used.resolve("users/" + ProcessHandle.current().pid()), "");
        Path unused = build();
        Path previous = build();
        Path current = build();
        assertThat(List.of(used, previous, current))
                .allSatisfy(folder -> assertThat(folder).isDirectory());
        assertThat(unused).doesNotExist();
    }

    private Path build() throws Exception {
        write(checkout.resolve("cli/src/main/java/Main.java"), "changed");
        return run(jdk("17.0.1"), "get", "x").build();
    }

    @Test
    void whoRunsForLongIsNotedAsAUserOfItsBuild() throws Exception {
        maven("3.8.7", "");
        Path build = build();
        assertThat(build.resolve("users")).isEmptyDirectory();
        run(jdk("17.0.1"), "server");
        assertThat(build.resolve("users")).isNotEmptyDirectory();
    }

    @Test
    void aGivenBuildIsUsedAsItIs() throws Exception {
        maven("3.8.7", "");
        Path build = build();
        write(checkout.resolve("cli/src/main/java/Main.java"), "changed again");
        Map<String, String> environment =
                Map.of("JAVA_HOME", jdk("17.0.1").toString(), "QUORATE_HOME", build.toString());
        assertThat(run(environment, "server").lines().get(0)).isEqualTo("@" + build.resolve("java.options"));
        assertThat(buildCount()).isEqualTo(1);
    }

    @Test
    void memoryAndCollectorFollowTheCommandAndTheEnvironment() throws Exception {
        maven("3.8.7", "");
        String jdk = jdk("17.0.1").toString();
        assertThat(run(Map.of("JAVA_HOME", jdk), "get").lines())
                .contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        assertThat(run(Map.of("JAVA_HOME", jdk), "server").lines())
                .contains("-Xmx1g", "-XX:+UseG1GC")
                .doesNotContain("-XX:TieredStopAtLevel=1");
        assertThat(run(Map.of("JAVA_HOME", jdk), "sim").lines())
                .contains("-Xmx2g", "-XX:+UseParallelGC")
                .doesNotContain("-XX:TieredStopAtLevel=1", "-Dquorate.terminal=true");
        Map<String, String> small = Map.of("JAVA_HOME", jdk, "QUORATE_JAVA_OPTS", "-Xmx256m -XX:+UseSerialGC");
        assertThat(run(small, "server", "--name", "n1").lines())
                .containsSubsequence(
                        "-Xmx1g", "-Xmx256m", "-XX:+UseSerialGC", "io.quorate.cli.Main", "server", "--name")
                .doesNotContain("-XX:+UseG1GC");
    }

    /** Members run on where the checkout has become another's, or lies on a disk that cannot be written to. */
    @Test
    void aBuildThatCannotBeNotedInIsStillUsed() throws Exception {
        maven("3.8.7", "");
        Files.delete(build().resolve("users"));
        for (List<String> shell : shells()) {
            Outcome outcome = runIn(shell, Map.of(), "server");
            assertThat(outcome.lines()).as("in %s: %s", shell, outcome.err()).contains("server");
            assertThat(outcome.err()).isEmpty();
        }
    }

    @Test
    void whereNothingCanBeBuiltItSaysSo() throws Exception {
        maven("3.8.7", "");
        write(checkout.resolve("target"), "in the way");
        Outcome outcome = run(jdk("17.0.1"), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith("quorate: cannot build: cannot write " + checkout.resolve("target/quorate"));
    }

    /** Such as on a disk that has no room for another name. */
    @Test
    void whereTheLockCannotBeMadeItSaysSo() throws Exception {
        maven("3.8.7", "");
        Path lock = write(checkout.resolve("target/quorate/lock"), "in the way of a link, and none itself");
        Outcome outcome = run(jdk("17.0.1"), "get", "x");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("quorate: cannot build: cannot write " + lock);
    }

    @Test
    void aBuildThatIsToldToEndTakesMavenAlongAndLeavesNothing() throws Exception {
        Path pid = temporary.resolve("pid");
        maven("3.8.7", "echo $$ >'" + pid + "'; echo '[INFO] Building Quorate last 0 [3/3]'; exec sleep 600");
        for (List<String> shell : shells()) {
            List<String> rest = new ArrayList<>(shell.subList(1, shell.size()));
            rest.addAll(List.of(checkout.resolve("quorate").toString(), "get", "x"));
            Process launcher = launcher(
                            Path.of(shell.get(0)),
                            Map.of("JAVA_HOME", jdk("17.0.1").toString()),
                            rest.toArray(String[]::new))
                    .start();
            try (BufferedReader says = errorsOf(launcher)) {
                readUntil(says, "[3/3]");
                long maven = Long.parseLong(Files.readString(pid).strip());
                launcher.toHandle().destroy();
                assertThat(launcher.waitFor()).as("%s", shell).isEqualTo(143);
                assertThat(ProcessHandle.of(maven).filter(ProcessHandle::isAlive))
                        .as("%s", shell)
                        .isEmpty();
            }
            assertThat(checkout.resolve("target/quorate")).isEmptyDirectory();
        }
    }

    /** A first build is silent for minutes else. */
    @Test
    void whatIsDownloadedIsSaidOnceForEachModule() throws Exception {
        maven("3.8.7", "echo 'Downloading from central: a'; echo 'Downloading from central: b'");
        assertThat(run(jdk("17.0.1"), "get", "x").err().lines().filter(line -> line.contains("downloading what")))
                .singleElement()
                .asString()
                .endsWith("downloading what cli needs");
    }

    /** Java would take its own first files for standard input and output. */
    @Test
    void aClosedStreamIsReplaced() throws Exception {
        maven("3.8.7", "");
        Path open = temporary.resolve("open");
        Path jdk = jdk("17.0.1");
        script(jdk.resolve("bin/java"), """
                for fd in 0 1 2; do [ ! -e /proc/$$/fd/$fd ] || printf %s "$fd" >>'""" + open + "'; done\n");
        run(jdk, "get", "x");
        for (List<String> shell : shells()) {
            for (String closed : List.of("<&-", ">&-", "2>&-", "<&- >&- 2>&-")) {
                Files.writeString(open, "");
                List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + closed, "sh"));
                command.addAll(shell);
                Outcome outcome = runIn(command, Map.of("JAVA_HOME", jdk.toString()), "get", "x");
                assertThat(outcome.exitCode()).as("%s with %s", shell, closed).isZero();
                assertThat(open).as("%s with %s", shell, closed).hasContent("012");
            }
        }
    }

    @Test
    void noCdpathLeadsItAstray() throws Exception {
        maven("3.8.7", "");
        Path elsewhere = temporary.resolve("elsewhere");
        Files.createDirectories(elsewhere.resolve(checkout.getFileName()));
        ProcessBuilder builder = launcher(
                Path.of("sh"),
                Map.of("JAVA_HOME", jdk("17.0.1").toString(), "CDPATH", elsewhere.toString()),
                checkout.getFileName() + "/quorate",
                "get",
                "x");
        Outcome outcome = finish(builder);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.build()).startsWith(checkout);
    }

    /** A version manager's shim: a script in a folder that is no JDK. */
    @Test
    void aJavacThatOnlyCallsAnotherIsAskedForItsJdk() throws Exception {
        maven("3.8.7", "");
        Path jdk = jdk("17.0.1");
        script(
                tools.resolve("javac"),
                "printf 'Property settings:\\n    java.home = %s\\n    java.vm = x\\n' '" + jdk + "' >&2\n");
        Outcome outcome = run(Map.of(), "get", "x");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.lines()).endsWith("get", "x");
    }

    @Test
    void theLocaleIsOneInWhichArgumentsAreUtf8() throws Exception {
        maven("3.8.7", "");
        Path jdk = jdk("17.0.1");
        script(jdk.resolve("bin/java"), "echo \"$LC_ALL\"\n");
        for (Map<String, String> locale :
                List.of(Map.<String, String>of(), Map.of("LC_ALL", "C"), Map.of("LANG", "xx_YY.UTF-8"))) {
            Map<String, String> environment = new HashMap<>(locale);
            environment.put("JAVA_HOME", jdk.toString());
            assertThat(run(environment, "get", "x").lines()).as("%s", locale).containsExactly("C.UTF-8");
        }
    }

    /** Plain {@code sh} is one of these, depending on the system. */
    private static List<List<String>> shells() {
        List<List<String>> shells = new ArrayList<>();
        for (String shell : List.of("/bin/sh", "/bin/dash", "/bin/bash --posix", "/bin/busybox sh", "/bin/ksh")) {
            List<String> words = List.of(shell.split(" ", -1));
            if (Files.isExecutable(Path.of(words.get(0)))) {
                shells.add(words);
            }
        }
        return shells;
    }

    private Outcome runIn(List<String> shell, Map<String, String> environment, String... arguments) throws Exception {
        List<String> rest = new ArrayList<>(shell.subList(1, shell.size()));
        rest.add(checkout.resolve("quorate").toString());
        rest.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(environment);
        if (!all.containsKey("JAVA_HOME")) {
            all.put("JAVA_HOME", jdk("17.0.1").toString());
        }
        return finish(launcher(Path.of(shell.get(0)), all, rest.toArray(String[]::new)));
    }

    @Test
    void newerJdksAreToldThatNativeAccessIsMeant() throws Exception {
        maven("3.8.7", "");
        assertThat(run(jdk("17.0.1"), "get").out()).doesNotContain("native-access");
        assertThat(run(jdk("25.0.1"), "get").lines())
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    /**
     * What a start costs is the processes it starts, on any machine and under any load; the time they take is not. The one
     * tool is {@code find}, which looks for a newer source; a subshell around it is no tool and is not counted.
     */
    @Test
    void withoutABuildItStartsOneToolBesidesJava() throws Exception {
        maven("3.8.7", "");
        Path jdk = jdk("17.0.1");
        Path build = run(jdk, "get").build();
        assertThat(toolsStarted(Map.of(), jdk)).containsExactly("find");
        assertThat(toolsStarted(Map.of("QUORATE_HOME", build.toString()), jdk)).isEmpty();
        write(checkout.resolve("cli/src/main/java/Main.java"), "changed");
        assertThat(toolsStarted(Map.of(), jdk))
                .as("the count sees what a build starts")
                .hasSizeGreaterThan(1);
    }

    /** Every tool on the PATH, and javac, notes its name when it is started. */
    private List<String> toolsStarted(Map<String, String> more, Path jdk) throws Exception {
        Path noted = Files.writeString(temporary.resolve("tools started"), "");
        for (Path tool : List.of(jdk.resolve("bin/javac"), tools)) {
            try (Stream<Path> files = Files.walk(tool)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    noting(file, noted);
                }
            }
        }
        Map<String, String> environment = new HashMap<>(more);
        environment.put("JAVA_HOME", jdk.toString());
        assertThat(run(environment, "get").exitCode()).isZero();
        return Files.readAllLines(noted);
    }

    private static void noting(Path tool, Path noted) throws IOException {
        String note = "echo '" + tool.getFileName() + "' >>'" + noted + "'\n";
        String text = Files.readString(tool);
        if (!text.contains(note)) {
            Files.writeString(tool, text.replaceFirst("\n", "\n" + Matcher.quoteReplacement(note)));
        }
    }

    /** A refused endpoint loads gRPC and Netty, as {@code --version} does not. */
    @Test
    void theRealCommandPrintsNoWarningOnAnyJdkFound() throws Exception {
        finish(Checkout.quorate("--version")); // builds, if that is still to do
        String nobody = "127.0.0.1:" + Ports.one();
        for (Path jdk : realJdks()) {
            Outcome version = finish(with(jdk, Checkout.quorate("--version")));
            assertThat(version.err()).as("with %s", jdk).isEmpty();
            assertThat(version.exitCode()).isZero();
            Outcome get = finish(with(jdk, Checkout.quorate("get", "x", "--endpoints", nobody)));
            assertThat(get.err().lines()).as("with %s", jdk).singleElement().satisfies(line -> assertThat(line)
                    .startsWith("quorate: no endpoint answers (" + nobody + ")"));
            assertThat(get.exitCode()).isPositive();
        }
    }

    /** A member opens files, sockets and direct memory: whatever a JVM has to say about that, it says by then. */
    @Test
    void aRealMemberPrintsNothingButItsLogOnAnyJdkFound() throws Exception {
        finish(Checkout.quorate("--version"));
        for (Path jdk : realJdks()) {
            try (Running member = Running.start(with(jdk, lone(jdk.getFileName().toString())))) {
                member.awaitLine("ready to serve client requests");
                member.terminate();
                assertThat(member.awaitEnd()).isZero();
                assertThat(member.output().lines())
                        .as("with %s", jdk)
                        .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z (info|warn) .*"));
            }
        }
    }

    /** The archive is that of the JDK that built, which is the one of this test. */
    @Test
    void theRealCommandRunsWithTheClassesThatTheBuildArchived() throws Exception {
        finish(Checkout.quorate("--version"));
        try (Running member = Running.start(with(Path.of(System.getProperty("java.home")), lone("archived")))) {
            member.awaitLine("ready to serve client requests");
            Path process = Path.of("/proc/" + member.pid());
            String archive = Files.readString(process.resolve("cmdline"))
                    .lines()
                    .flatMap(line -> Arrays.stream(line.split("\0")))
                    .filter(argument -> argument.startsWith("-XX:SharedArchiveFile="))
                    .findFirst()
                    .orElseThrow()
                    .replace("-XX:SharedArchiveFile=", "");
            assertThat(Path.of(archive)).isNotEmptyFile();
            assertThat(Files.readString(process.resolve("maps")))
                    .as("mapped, not only named")
                    .contains(archive);
        }
    }

    private ProcessBuilder lone(String folder) throws IOException {
        int port = Ports.run(2);
        return Checkout.quorate(
                "server",
                "--name=n1",
                "--data-dir="
                        + Files.createDirectories(temporary.resolve("members").resolve(folder)),
                "--segment-bytes=8388608",
                "--listen-client-urls=http://127.0.0.1:" + port,
                "--listen-peer-urls=http://127.0.0.1:" + (port + 1),
                "--initial-advertise-peer-urls=http://127.0.0.1:" + (port + 1),
                "--initial-cluster=n1=http://127.0.0.1:" + (port + 1));
    }

    private static ProcessBuilder with(Path jdk, ProcessBuilder builder) {
        builder.environment().put("JAVA_HOME", jdk.toString());
        return builder;
    }

    /** Each once, however many links lead to it: the one of this test, and those where test.sh looks for newer ones. */
    private static List<Path> realJdks() throws IOException {
        List<Path> jdks = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        Stream.of("JAVA_HOME_25_X64", "JAVA_HOME_25_ARM64")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .map(Path::of)
                .forEach(jdks::add);
        Path shared = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(shared)) {
            try (Stream<Path> found = Files.list(shared)) {
                found.filter(jdk -> !jdk.getFileName().toString().matches(".*(-8-|-11-|1\\.8|1\\.11).*"))
                        .forEach(jdks::add);
            }
        }
        Set<Path> real = new TreeSet<>();
        for (Path jdk : jdks) {
            if (Files.isExecutable(jdk.resolve("bin/javac"))) {
                real.add(jdk.toRealPath());
            }
        }
        return List.copyOf(real);
    }
}
