package io.quorate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.EtcdTools;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./quorate demo} as a new user meets it. */
@Tag("process")
@Tag("slow")
final class DemoTest {
    /** Where an answer begins; behind the prompt, when the line was typed before that stood there. */
    private static final String ANSWER = "^(?:quorate> )?";

    @Test
    void threeMembersAgreeAndSurviveTheDeathOfTheirLeader() {
        int port = Ports.run(22);
        try (Running demo = Running.start(Checkout.quorate("demo", "--client-port", String.valueOf(port)))) {
            String leader = leader(demo, 0);
            introductionIsAsTheReadmeShowsIt(demo, port);
            String endpoints = demo.awaitLine("endpoints +(\\S+)").group(1);
            assertThat(demo.awaitLine("^Ready: n\\d leads, all members serve at (.*)$")
                            .group(1))
                    .isEqualTo(endpoints);
            assertThat(quorate("put", "x", "100", endpoints).output()).isEqualTo("OK");
            assertThat(etcdctl(endpoints, "get", "x")).isEqualTo("x\n100");
            Finished verbose = quorate("put", "x", "100", "-v", endpoints);
            Matcher entry = Pattern.compile("entry: index (\\d+), term (\\d+)").matcher(verbose.output());
            assertThat(entry.find()).as(verbose.output()).isTrue();
            assertThat(quorate("log", "read", entry.group(1), endpoints).output())
                    .isEqualTo("{\"success\":true,\"entry\":{\"index\":" + entry.group(1) + ",\"term\":"
                            + entry.group(2) + ",\"command\":\"put x 100\"},\"committed\":true}");

            Matcher member = demo.awaitLine("^  " + leader + "  pid (\\d+)  (.*)$");
            int before = demo.lineCount();
            ProcessHandle.of(Long.parseLong(member.group(1))).orElseThrow().destroyForcibly();
            assertThat(leader(demo, before)).isNotEqualTo(leader);
            assertThat(quorate("put", "x", "200", endpoints).output()).isEqualTo("OK");
            assertThat(quorate("get", "x", endpoints).output()).isEqualTo("x\n200");
            assertThat(quorate("status", endpoints).output())
                    .contains("2 of 3 voters answer")
                    .contains(leader + "  does not answer");

            List<String> line = List.of("sh", "-c", "exec " + member.group(2));
            try (Running again = Running.start(new ProcessBuilder(line))) {
                again.awaitLine("ready to serve client requests");
                String own = "127.0.0.1:" + (port + 10 * (Integer.parseInt(leader.substring(1)) - 1));
                assertThat(quorate("get", "x", own).output()).isEqualTo("x\n200");
                again.terminate();
                assertThat(again.awaitEnd()).isZero();
            }
            List<ProcessHandle> members = members(demo);
            Path data = Path.of(demo.awaitLine("data in (\\S+)").group(1));
            demo.terminate();
            demo.awaitEnd();
            assertThat(members).allMatch(handle -> handle.onExit().isDone() || !handle.isAlive());
            assertThat(data).doesNotExist();
        }
    }

    /** Lines are cut at a word: the README says so beside them. */
    private static final int RECORDED_COLUMNS = 110;

    /** What this run alone has, process ids, ports and folders, is written as a first run on a quiet computer would have it. */
    private static void introductionIsAsTheReadmeShowsIt(Running demo, int port) {
        Path recorded = Checkout.root().resolve("docs/recorded/demo.txt");
        String introduction = demo.output()
                .lines()
                .dropWhile(line -> !line.startsWith("Quorate demo:"))
                .takeWhile(line -> !line.startsWith("["))
                .map(line -> cut(asOnAFirstRun(line, port)))
                .collect(Collectors.joining("\n", "", "\n"));
        introduction += "…\n"
                + asOnAFirstRun(demo.awaitLine("^Ready: .*").group().replaceFirst("n\\d", "n1"), port) + "\n"
                + demo.awaitLine("^       try .*").group() + "\n";
        try {
            if (Boolean.getBoolean("quorate.record")) {
                Files.createDirectories(recorded.getParent());
                Files.writeString(recorded, introduction);
            }
            assertThat(introduction).isEqualTo(Files.readString(recorded));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String cut(String line) {
        return line.length() <= RECORDED_COLUMNS
                ? line
                : line.substring(0, RECORDED_COLUMNS - 1).replaceFirst("\\S*$", "…");
    }

    private static String asOnAFirstRun(String line, int port) {
        String[] defaults = {"2379", "2380", "22379", "22380", "32379", "32380"};
        String launcher = Checkout.root().resolve("quorate").toString(); // in quotes where its path has a space
        String plain = line.replace("'" + launcher + "'", "./quorate")
                .replace(launcher, "./quorate")
                .replaceAll("[^=\\s]*/quorate-demo-\\d+", "/tmp/quorate-demo-1")
                .replaceFirst("^(  n(\\d)  pid )\\d+", "$1471$2");
        for (int at = 0; at < defaults.length; at++) {
            plain = plain.replace(":" + (port + 10 * (at / 2) + at % 2), ":" + defaults[at]);
        }
        return plain;
    }

    @Test
    void membersEndByThemselvesWhenTheDemoIsKilled() {
        int port = Ports.run(22);
        try (Running demo = Running.start(Checkout.quorate("demo", "--client-port", String.valueOf(port)))) {
            leader(demo, 0);
            List<ProcessHandle> members = members(demo);
            assertThat(members).hasSize(3);
            demo.kill();
            members.forEach(member -> member.onExit().join());
        }
    }

    @Test
    void aKeptDirectoryGoesOnWhereItWas(@TempDir Path folder) {
        int port = Ports.run(2);
        String[] command = {
            "demo", "--nodes", "1", "--data-dir", folder.toString(), "--client-port", String.valueOf(port)
        };
        String endpoint = "127.0.0.1:" + port;
        try (Running demo = Running.start(Checkout.quorate(command))) {
            demo.awaitLine("ready to serve client requests");
            assertThat(quorate("put", "kept", "yes", endpoint).output()).isEqualTo("OK");
            demo.terminate();
            demo.awaitEnd();
        }
        try (Running demo = Running.start(Checkout.quorate(command))) {
            demo.awaitLine("ready to serve client requests");
            assertThat(quorate("get", "kept", endpoint).output()).isEqualTo("kept\nyes");
            demo.terminate();
            demo.awaitEnd();
        }
    }

    @Test
    void aPortGivenByFlagThatIsTakenIsRefusedAndNothingIsLeft(@TempDir Path temporary) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            ProcessBuilder demo = Checkout.quorate("demo", "--nodes", "1", "--client-port", port);
            demo.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
            Finished refused = Running.run(demo);
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output()).contains("port " + port).contains("in use");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void aPortThatThereIsNotIsRefusedAndNothingIsLeft(@TempDir Path temporary) {
        ProcessBuilder demo = Checkout.quorate("demo", "--client-port", "70000");
        demo.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        Finished refused = Running.run(demo);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains("there is no port 70000").contains("--client-port");
        assertThat(temporary).isEmptyDirectory();
    }

    /** A build that lies elsewhere than the launcher, which is found in a folder without a place for the demo's file. */
    @Test
    void aCheckoutThatCannotBeWrittenToIsSaidAndNoMore(@TempDir Path folder) throws IOException {
        Running.run(Checkout.quorate("--version")); // builds, if that is still to do
        Path builds = Checkout.root().resolve("target/quorate");
        Path build =
                builds.resolve(Files.readAllLines(builds.resolve("current")).get(0));
        Path launcher = Files.createSymbolicLink(
                folder.resolve("quorate"), Checkout.root().resolve("quorate"));
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(
                home.resolve("java.options"),
                Files.readString(build.resolve("java.options"))
                        .replaceFirst("-Dquorate.launcher=[^\"]*", "-Dquorate.launcher=" + launcher));
        int port = Ports.run(2);
        ProcessBuilder builder = Checkout.quorate("demo", "--nodes", "1", "--client-port", String.valueOf(port));
        builder.environment().put("QUORATE_HOME", home.toString());
        try (Running demo = Running.start(builder)) {
            demo.awaitLine("^the checkout cannot be written to.* --endpoints");
            demo.awaitLine("^Ready: n1 leads");
            demo.terminate();
            assertThat(demo.awaitEnd()).isZero();
        }
    }

    @Test
    void whoReadsNoMoreEndsTheDemo() {
        String quorate = "'" + Checkout.root().resolve("quorate") + "'";
        String line = quorate + " demo --nodes 1 --client-port " + Ports.run(2) + " | head -n 1";
        assertThat(Running.run(new ProcessBuilder("sh", "-c", line)).output()).startsWith("Quorate demo: 1 member");
    }

    /** A member that is stopped cannot end by itself; the first signal waits for it, the second does not and leaves nothing. */
    @Test
    void theSecondSignalLeavesNoMemberBehind() throws Exception {
        int port = Ports.run(2);
        try (Running demo =
                Running.start(Checkout.quorate("demo", "--nodes", "1", "--client-port", String.valueOf(port)))) {
            demo.awaitLine("^Ready: n1 leads");
            ProcessHandle member = members(demo).get(0);
            assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(member.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            demo.terminate();
            demo.terminate();
            demo.awaitEnd();
            member.onExit().join();
        }
    }

    @Test
    void onATerminalItTakesCommands() {
        try (Running terminal = terminal("--nodes", "3", "--client-port", String.valueOf(Ports.run(22)))) {
            terminal.awaitLine("^Ready: n\\d leads");
            terminal.awaitLine("^       try .* type help .* or quit");
            terminal.type("put 'a b' 'c d'\n");
            terminal.awaitLine(ANSWER + "OK");
            terminal.type("get 'a b'\n");
            terminal.awaitLine(ANSWER + "c d\\s*$");
            terminal.type("put x 1 2\n");
            terminal.awaitLine("one with spaces stands in quotes");
            terminal.type("put x 1\n");
            terminal.type("kill n2\n");
            terminal.awaitLine("n2.*process \\d+ ended, exit code 137");
            int before = terminal.lineCount();
            terminal.type("restart n2\n");
            terminal.awaitLine(before, "n2.*ready to serve client requests");
            terminal.type("pause n3\n");
            terminal.awaitLine(ANSWER + "n3 is paused");
            terminal.type("resume n3\n");
            terminal.awaitLine(ANSWER + "n3 goes on");
            terminal.type("get x\n");
            terminal.awaitLine(ANSWER + "1\\s*$");
            terminal.type("put x\n");
            terminal.awaitLine("put needs a key and a value");
            terminal.type("frob\n");
            terminal.awaitLine("unknown command 'frob'");
            terminal.type("status\n");
            terminal.awaitLine("leads term");
            terminal.type("quit\n");
            assertThat(terminal.awaitEnd()).isZero();
        }
    }

    @Test
    void controlCStopsEverything() {
        try (Running terminal = terminal("--nodes", "1", "--client-port", String.valueOf(Ports.run(2)))) {
            terminal.awaitLine("ready to serve client requests");
            long member = Long.parseLong(terminal.awaitLine("n1  pid (\\d+)").group(1));
            terminal.type("\u0003");
            terminal.awaitEnd();
            ProcessHandle.of(member).ifPresent(handle -> handle.onExit().join());
        }
    }

    /** Under a pseudo-terminal, which {@code script} makes. */
    private static Running terminal(String... options) {
        String command = "'" + Checkout.root().resolve("quorate") + "' demo " + String.join(" ", options);
        return Running.start(Running.withInterrupts(new ProcessBuilder("script", "-qfec", command, "/dev/null")));
    }

    private static String leader(Running demo, int from) {
        return demo.awaitLine(from, "(n\\d)\\S* .*leader-elected").group(1);
    }

    private static List<ProcessHandle> members(Running demo) {
        List<ProcessHandle> members = new ArrayList<>();
        demo.output()
                .lines()
                .map(line -> Pattern.compile("^  n\\d  pid (\\d+)").matcher(line))
                .filter(Matcher::find)
                .forEach(found ->
                        ProcessHandle.of(Long.parseLong(found.group(1))).ifPresent(members::add));
        return members;
    }

    /** The last argument names the endpoints. */
    private static Finished quorate(String... arguments) {
        String[] all = arguments.clone();
        all[all.length - 1] = "--endpoints=" + all[all.length - 1];
        return Running.run(Checkout.quorate(all));
    }

    private static String etcdctl(String endpoints, String... arguments) {
        List<String> command = new ArrayList<>(List.of(EtcdTools.etcdctl().toString(), "--endpoints=" + endpoints));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ETCDCTL_API", "3");
        return Running.run(builder).output();
    }
}
